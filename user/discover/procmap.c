/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* /proc/PID/maps and /proc/PID/exe. Knows how the kernel writes paths; must not know what is
 * mapped. */
#include "discover/procmap.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* A file that really ends in this cannot be told from a deleted one: so says the kernel, too. */
static bool cut_deleted(char *path)
{
	static const char deleted[] = " (deleted)";
	size_t n = strlen(path), tail = sizeof(deleted) - 1;

	if (n <= tail || strcmp(path + n - tail, deleted))
		return false;
	path[n - tail] = '\0';
	return true;
}

/* The kernel writes a newline in a path as \012, and escapes nothing else, not even a backslash. */
static void unescape(char *path)
{
	char *to = path;

	for (char *from = path; *from; to++) {
		bool newline = !strncmp(from, "\\012", 4);

		*to = newline ? '\n' : *from;
		from += newline ? 4 : 1;
	}
	*to = '\0';
}

static void parse_line(struct procmaps *maps, char *line)
{
	struct procmap m = {0};
	char perm[5] = "";
	int at = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %*s %n", &m.start, &m.end,
		   perm, &m.offset, &at) < 4 ||
	    !at || perm[2] != 'x' || line[at] != '/' || m.start >= m.end)
		return;
	m.deleted = cut_deleted(line + at);
	unescape(line + at);
	m.path = xstrdup(line + at);
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

int procmaps__of_pid(struct procmaps *maps, pid_t pid)
{
	char path[32];
	int error;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	errno = 0;
	procmaps__read(maps, f);
	error = ferror(f) ? -errno : 0; /* ESRCH: it ended meanwhile */
	fclose(f);
	return error;
}

void procmaps__free(struct procmaps *maps)
{
	for (size_t i = 0; i < maps->n; i++)
		free(maps->v[i].path);
	free(maps->v);
	*maps = (struct procmaps){0};
}

char *procmaps__exe(pid_t pid)
{
	char link[32], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return NULL;
	path[n] = '\0';
	cut_deleted(path);
	return xstrdup(path);
}
