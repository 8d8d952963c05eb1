/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* /proc/PID/maps. Knows nothing of what is mapped. */
#include "process/procmap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arch/insn.h"
#include "base/mem.h"

/* The kernel writes a newline in a path as \012, and nothing else so. */
static char *unescape(char *path)
{
	static const char deleted[] = " (deleted)";
	size_t n = strlen(path), tail = sizeof(deleted) - 1;
	char *to = path;

	if (n > tail && !strcmp(path + n - tail, deleted))
		path[n - tail] = '\0';
	for (char *from = path; *from; from++) {
		if (!strncmp(from, "\\012", 4)) {
			*to++ = '\n';
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return path;
}

static void parse_line(struct procmaps *maps, char *line)
{
	struct procmap m = {0};
	char perm[5] = "";
	int at = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %*s %n", &m.start, &m.end,
		   perm, &m.offset, &at) < 4 ||
	    !at || perm[2] != 'x' || !line[at])
		return;
	m.path = xstrdup(unescape(line + at));
	*ARR_PUSH(maps->v, maps->n) = m;
}

void procmaps__read(struct procmaps *maps, FILE *f)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, f) > 0)
		parse_line(maps, line);
	free(line);
}

#define BUFFER 16384 /* stdio's own for files of /proc is one kilobyte */

/* NULL: errno says why. buffer has to last as long. */
static FILE *open_maps(pid_t pid, char buffer[BUFFER])
{
	char path[32];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	if (f)
		setvbuf(f, buffer, _IOFBF, BUFFER);
	return f;
}

int procmaps__of_pid(struct procmaps *maps, pid_t pid)
{
	char buffer[BUFFER];
	FILE *f = open_maps(pid, buffer);

	if (!f)
		return -errno;
	procmaps__read(maps, f);
	fclose(f);
	return 0;
}

int procmap__find(pid_t pid, const char *prefix, struct procmap *found)
{
	struct procmaps maps = {0};
	int error = procmaps__of_pid(&maps, pid);

	for (size_t i = 0; i < maps.n; i++) {
		if (strncmp(maps.v[i].path, prefix, strlen(prefix)))
			continue;
		*found = maps.v[i];
		found->path = NULL;
		procmaps__free(&maps);
		return 0;
	}
	procmaps__free(&maps);
	return error ? error : -ENOENT;
}

bool procmaps__named(const struct procmaps *maps, uint64_t addr, const char *prefix)
{
	for (size_t i = 0; i < maps->n; i++) {
		const struct procmap *m = &maps->v[i];

		if (addr >= m->start && addr < m->end)
			return !strncmp(m->path, prefix, strlen(prefix));
	}
	return false;
}

bool procmap__holds(pid_t pid, uint64_t addr)
{
	struct procmaps maps = {0};
	bool held = false;

	procmaps__of_pid(&maps, pid);
	for (size_t i = 0; i < maps.n; i++)
		held |= addr >= maps.v[i].start && addr < maps.v[i].end;
	procmaps__free(&maps);
	return held;
}

void procmaps__free(struct procmaps *maps)
{
	for (size_t i = 0; i < maps->n; i++)
		free(maps->v[i].path);
	free(maps->v);
	*maps = (struct procmaps){0};
}

#define LOWEST	   0x100000ull	/* below lies what a null pointer may hit */
#define ABOVE_HEAP 0x1000000ull /* left free above a mapping, which may be a heap that grows */

/* The best place in the gap [from, to) for a hole near address: as high as it can be where the gap
 * lies below the address, and where it lies above too, for a heap grows upwards. */
static uint64_t place_in(uint64_t from, uint64_t to, uint64_t address, uint64_t bytes)
{
	uint64_t lowest = address > INSN_JUMP_REACH + LOWEST ? address - INSN_JUMP_REACH : LOWEST;

	from = from < lowest ? lowest : from;
	to = to < address + INSN_JUMP_REACH ? to : address + INSN_JUMP_REACH;
	if (to <= from || to - from < bytes + ABOVE_HEAP)
		return 0;
	return (to - bytes) & ~4095ull;
}

uint64_t procmap__hole(pid_t pid, uint64_t address, uint64_t bytes)
{
	uint64_t from = 0, best = 0;
	char buffer[BUFFER], *line = NULL;
	unsigned long start, end;
	size_t size = 0;
	FILE *f = open_maps(pid, buffer);

	while (f && getline(&line, &size, f) > 0) {
		if (sscanf(line, "%lx-%lx", &start, &end) != 2)
			continue;
		/* the last gap below the address, or else the first above */
		if (start <= address || !best) {
			uint64_t at = place_in(from, start, address, bytes);

			best = at ? at : best;
		}
		from = end;
	}
	if (!best && from)
		best = place_in(from, address + INSN_JUMP_REACH, address, bytes);
	free(line);
	if (f)
		fclose(f);
	return best;
}
