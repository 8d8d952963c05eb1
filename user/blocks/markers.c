/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The markers and control objects of a process. */
#include "blocks/markers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch/insn.h"
#include "base/mem.h"
#include "bpfprof.h"
#include "process/elf.h"
#include "cpython/interp.h"
#include "process/procmem.h"

#define PROVIDER "bpfprof"

static const unsigned char marker_code[] = {INSN_NOP5, INSN_NOP, INSN_RET};

static bool is_marker(int fd, uint64_t offset)
{
	unsigned char code[sizeof(marker_code)];

	return offset && pread(fd, code, sizeof(code), offset) == sizeof(code) &&
	       !memcmp(code, marker_code, sizeof(code));
}

/* File offset of a marker by its note, else by its symbol; 0: it has none. */
static uint64_t find_marker(struct elf *e, int fd, const char *note, const char *symbol)
{
	struct usdt_sites sites = {0};
	uint64_t addr, size, offset = 0;

	elf__usdt(e, PROVIDER, note, &sites);
	for (size_t i = 0; i < sites.n; i++) {
		if (!offset && is_marker(fd, sites.v[i].offset - INSN_NOP5_BYTES))
			offset = sites.v[i].offset - INSN_NOP5_BYTES;
		free(sites.v[i].args);
	}
	free(sites.v);
	if (!offset && elf__symbol(e, symbol, &addr, &size) && is_marker(fd, elf__offset(e, addr)))
		offset = elf__offset(e, addr);
	return offset;
}

/* The control object's address in the file: by symbol, else by the note, which holds the distance
 * from itself. */
static uint64_t find_control(struct elf *e)
{
	struct {
		uint32_t name_bytes, bytes, type;
		char name[8];
		int64_t distance;
	} __attribute__((packed)) note;
	uint64_t addr, size;
	size_t bytes = 0;
	const void *data;

	if (elf__symbol(e, "bpfprof_control", &addr, &size))
		return addr;
	data = elf__section(e, ".note.bpfprof", &bytes, &addr);
	if (!data || bytes < sizeof(note))
		return 0;
	memcpy(&note, data, sizeof(note));
	if (note.type != BPFPROF_NOTE_CONTROL || note.bytes != sizeof(note.distance) ||
	    note.name_bytes != sizeof(PROVIDER) || memcmp(note.name, PROVIDER, sizeof(PROVIDER)))
		return 0;
	return addr + offsetof(__typeof__(note), distance) + note.distance;
}

/* Reads one mapping; false: it has no markers. */
static bool examine(struct marker_file *f, struct elf *e, int fd, const struct procmap *m)
{
	uint64_t control;
	struct stat st;

	f->begin = find_marker(e, fd, "block__begin", "bpfprof_block_begin");
	f->end = f->begin ? find_marker(e, fd, "block__end", "bpfprof_block_end") : 0;
	if (!f->end || f->begin - m->offset >= m->end - m->start || fstat(fd, &st))
		return false;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->to_addr = m->start - m->offset;
	control = find_control(e);
	if (control)
		f->control = control + f->to_addr + f->begin - elf__address(e, f->begin);
	return true;
}

/* A file named ld-something, which ld.so always is. */
static bool is_loader(const struct procmap *m)
{
	const char *slash = strrchr(m->path, '/');

	return slash && (!strncmp(slash, "/ld-", 4) || !strncmp(slash, "/ld.", 4));
}

static void take_loader(struct marker_loader *l, struct elf *e, const char *open_path,
			const struct procmap *m)
{
	uint64_t addr, size, offset, debug;

	if (l->open_path || !is_loader(m) || !elf__symbol(e, "_dl_debug_state", &addr, &size))
		return;
	offset = elf__offset(e, addr);
	if (offset - m->offset >= m->end - m->start)
		return;
	l->open_path = xstrdup(open_path);
	l->offset = offset;
	l->addr = m->start + offset - m->offset;
	if (elf__symbol(e, "_r_debug", &debug, &size))
		l->debug = debug + l->addr - addr;
}

static int look_at(struct markers *all, pid_t pid, const struct procmap *m)
{
	struct marker_file f = {.open_path =
					xasprintf("/proc/%d/map_files/%lx-%lx", pid,
						  (unsigned long)m->start, (unsigned long)m->end)};
	struct elf *e = elf__open(f.open_path);
	int fd = e ? open(f.open_path, O_RDONLY | O_CLOEXEC) : -1;
	bool found = fd >= 0 && examine(&f, e, fd, m);

	if (e)
		take_loader(&all->loader, e, f.open_path, m);
	if (fd >= 0)
		close(fd);
	elf__close(e);
	if (!found) {
		free(f.open_path);
		return 0;
	}
	f.path = xstrdup(m->path);
	*ARR_PUSH(all->v, all->n) = f;
	return 1;
}

static bool was_looked_at(const struct procmaps *before, const struct procmap *m)
{
	for (size_t i = 0; i < before->n; i++) {
		const struct procmap *s = &before->v[i];

		if (s->start == m->start && s->end == m->end && s->offset == m->offset &&
		    !strcmp(s->path, m->path))
			return true;
	}
	return false;
}

int markers__look(struct markers *all, pid_t pid)
{
	struct procmaps maps = {0};
	int error = procmaps__of_pid(&maps, pid), fresh = 0;

	for (size_t i = 0; i < maps.n; i++) {
		if (maps.v[i].path[0] == '/' && !was_looked_at(&all->looked_at, &maps.v[i]))
			fresh += look_at(all, pid, &maps.v[i]);
	}
	procmaps__free(&all->looked_at);
	all->looked_at = maps;
	return error ? error : fresh;
}

bool markers__are_in(pid_t pid)
{
	struct markers files = {0};
	bool has = markers__look(&files, pid) > 0;

	markers__free(&files);
	return has;
}

void markers__free(struct markers *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].path);
		free(all->v[i].open_path);
	}
	free(all->v);
	free(all->loader.open_path);
	procmaps__free(&all->looked_at);
	*all = (struct markers){0};
}

/* --- control objects ---------------------------------------------------------------------------
 */

#define FIELD(control, member) ((control) + offsetof(struct bpfprof_control, member))

static bool is_control(int mem, uint64_t control)
{
	struct {
		uint64_t magic;
		uint32_t bytes;
	} head;

	return control && procmem__read(mem, control, &head, 12) &&
	       head.magic == BPFPROF_CONTROL_MAGIC && head.bytes >= BPFPROF_CONTROL_BYTES;
}

bool control__read(int mem, uint64_t control, struct control_view *view)
{
	return is_control(mem, control) &&
	       procmem__read(mem, FIELD(control, off), &view->off, sizeof(view->off)) &&
	       procmem__read(mem, FIELD(control, clears), &view->clears, sizeof(view->clears)) &&
	       procmem__read(mem, FIELD(control, track_off), view->track_off,
			     sizeof(view->track_off));
}

bool control__set_off(int mem, uint64_t control, bool off)
{
	uint32_t value = off;

	return is_control(mem, control) &&
	       procmem__write(mem, FIELD(control, off), &value, sizeof(value));
}

bool control__set_track_off(int mem, uint64_t control, uint32_t track, bool off)
{
	uint8_t value = off;

	return track < BPFPROF_TRACKS && is_control(mem, control) &&
	       procmem__write(mem, FIELD(control, track_off) + track, &value, sizeof(value));
}

bool control__clear(int mem, uint64_t control)
{
	struct control_view view;

	if (!control__read(mem, control, &view))
		return false;
	view.clears++;
	return procmem__write(mem, FIELD(control, clears), &view.clears, sizeof(view.clears));
}
