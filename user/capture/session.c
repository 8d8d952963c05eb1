/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Owns the BPF object of the usdt backend, its maps and its links. The only file that knows the
 * skeleton. */
#include "capture/session.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "capture/canary.h"
#include "capture/regs.h"
#include "capture/tables.h"
#include "discover/interp.h"
#include "model/profile.h"
#include "usdt.skel.h"

#define LINKS_MAX     (2 * ACC_SITES)
#define CANARY_EVENTS 3

struct session {
	struct usdt_bpf *bpf;
	struct bpf_link *links[LINKS_MAX];
	size_t nlinks;
	struct tables tables;
	bool launched;
};

const struct session_limits session_limits_default = {
	.functions = 32768,
	.edges = 131072,
	.frames = 131072,
	.threads = 1024,
};

uint64_t session__now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static uint32_t pow2_above(uint32_t n)
{
	uint32_t p = 1024;

	while (p < n && p < 1u << 30)
		p *= 2;
	return p;
}

/* Hash tables get twice the room, so that their load stays below a half. */
static struct table_sizes sizes_of(const struct session_limits *l)
{
	return (struct table_sizes){
		.frames = (l->frames / ACC_CHUNK + 2) * ACC_CHUNK,
		.edges = pow2_above(l->edges * 2),
		.funcs = pow2_above(l->edges * 2),
		.codes = pow2_above(l->functions * 2),
		.slots = l->threads + 1,
		.rows = l->threads * 4 + 1,
		.names = pow2_above(l->functions * 256),
	};
}

/* One row per table: its map, the size of an element, its count, and where it is mapped. */
struct table_row {
	size_t map;   /* offset of the struct bpf_map * in the skeleton's maps */
	size_t count; /* offset in struct table_sizes */
	size_t addr;  /* offset in struct tables */
	size_t bytes; /* of an element */
};

#define ROW(table, type)                                                                           \
	{                                                                                          \
		offsetof(struct usdt_bpf, maps.table), offsetof(struct table_sizes, table),        \
			offsetof(struct tables, table), sizeof(struct acc_##type)                  \
	}

static const struct table_row table_rows[] = {
	ROW(frames, frame), ROW(edges, edge), ROW(funcs, func),
	ROW(codes, code),   ROW(slots, slot), ROW(rows, row),
};

#define NROWS (sizeof(table_rows) / sizeof(*table_rows))

static uint32_t row_count(const struct table_row *row, const struct table_sizes *size)
{
	return *(const uint32_t *)((const char *)size + row->count);
}

static struct bpf_map *row_map(const struct table_row *row, struct usdt_bpf *bpf)
{
	return *(struct bpf_map **)((char *)bpf + row->map);
}

static size_t names_bytes(const struct table_sizes *size)
{
	return (size_t)size->names + ACC_NAME_MAX + 1;
}

uint64_t session__memory(const struct session_limits *limits)
{
	struct table_sizes size = sizes_of(limits);
	uint64_t bytes = names_bytes(&size);

	for (size_t i = 0; i < NROWS; i++)
		bytes += (uint64_t)row_count(&table_rows[i], &size) * table_rows[i].bytes;
	return bytes;
}

/* libbpf's own words go out only where somebody debugs; ours are one line. */
static int print_libbpf(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (level == LIBBPF_DEBUG || !getenv("BPFPROF_DEBUG"))
		return 0;
	return vfprintf(stderr, fmt, ap);
}

static int set_sizes(struct usdt_bpf *bpf, const struct table_sizes *size)
{
	int bad = 0;

	for (size_t i = 0; i < NROWS; i++)
		bad |= bpf_map__set_max_entries(row_map(&table_rows[i], bpf),
						row_count(&table_rows[i], size));
	bad |= bpf_map__set_value_size(bpf->maps.names, names_bytes(size));
	bad |= bpf_map__set_max_entries(bpf->maps.slot_of_tid, size->slots);
	bad |= bpf_map__set_max_entries(bpf->maps.slots_free, size->slots);
	bpf->rodata->acc_mask_edges = size->edges - 1;
	bpf->rodata->acc_mask_funcs = size->funcs - 1;
	bpf->rodata->acc_mask_codes = size->codes - 1;
	bpf->rodata->acc_frames_max = size->frames;
	bpf->rodata->slots_max = size->slots;
	bpf->rodata->rows_max = size->rows;
	bpf->rodata->names_mask = size->names - 1;
	return bad;
}

static struct acc_layout layout_of(const struct py_layout *l, enum usdt_verdict usdt)
{
	if (!l)
		return (struct acc_layout){};
	return (struct acc_layout){
		.frame_code = l->frame_code,
		.frame_prev = l->frame_prev,
		.frame_owner = l->frame_owner,
		.code_flags = l->code_flags,
		.code_firstlineno = l->code_firstlineno,
		.code_filename = l->code_filename,
		.code_name = l->code_name,
		.code_qualname = l->code_qualname,
		.str_length = l->str_length,
		.str_state = l->str_state,
		.str_kind_shift = l->str_kind_shift,
		.str_ascii = l->str_ascii,
		.str_utf8_length = l->str_utf8_length,
		.str_utf8 = l->str_utf8,
		.str_compact = l->str_compact,
		.unbalanced = usdt == USDT_UNBALANCED,
	};
}

/* The registers of the file and name arguments of each site. */
static int set_sites(struct acc_site *to, const struct usdt_sites *from)
{
	for (size_t i = 0; i < from->n; i++) {
		to[i].file = usdt_arg__reg(from->v[i].args, 0);
		to[i].name = usdt_arg__reg(from->v[i].args, 1);
		to[i].line = usdt_arg__reg(from->v[i].args, 2);
		if (!to[i].file || !to[i].name)
			return err("cannot read the probes of this interpreter: its note says "
				   "\"%s\", not registers; please report this build",
				   from->v[i].args);
	}
	return 0;
}

static int configure(struct session *s, const struct interp *in)
{
	struct usdt_bpf *bpf = s->bpf;

	if (in->entry.n > ACC_SITES || in->ret.n > ACC_SITES)
		return err("cannot use the probes of %s: it has %zu sites, %u are supported; "
			   "please report this build",
			   in->path, in->entry.n + in->ret.n, 2 * ACC_SITES);
	if (set_sizes(bpf, &s->tables.size))
		return err("cannot size the tables: libbpf refused; lower the --max options");
	bpf->rodata->layout = layout_of(in->layout, in->usdt);
	bpf->rodata->many_sites = in->entry.n > 1 || in->ret.n > 1;
	bpf->rodata->attach_ns = s->launched ? 0 : session__now();
	if (set_sites(bpf->bss->entry_sites, &in->entry))
		return -1;
	return set_sites(bpf->bss->return_sites, &in->ret);
}

static void *map_bytes(struct bpf_map *map, size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	return at == MAP_FAILED ? NULL : at;
}

static int map_tables(struct session *s)
{
	struct tables *t = &s->tables;

	for (size_t i = 0; i < NROWS; i++) {
		const struct table_row *row = &table_rows[i];
		void **addr = (void **)((char *)t + row->addr);

		*addr = map_bytes(row_map(row, s->bpf), row_count(row, &t->size) * row->bytes);
		if (!*addr)
			return -errno;
	}
	t->names = map_bytes(s->bpf->maps.names, names_bytes(&t->size));
	t->ctl = map_bytes(s->bpf->maps.ctls, sizeof(*t->ctl));
	return t->names && t->ctl ? 0 : -errno;
}

static void unmap_tables(struct tables *t)
{
	for (size_t i = 0; i < NROWS; i++) {
		void *addr = *(void **)((char *)t + table_rows[i].addr);

		if (addr)
			munmap(addr, row_count(&table_rows[i], &t->size) * table_rows[i].bytes);
	}
	if (t->names)
		munmap(t->names, names_bytes(&t->size));
	if (t->ctl)
		munmap(t->ctl, sizeof(*t->ctl));
}

static int load(struct session *s)
{
	int error = usdt_bpf__load(s->bpf);

	if (error)
		return err("cannot load the BPF programs: %s; see 'bpfprof doctor'",
			   strerror(-error));
	error = map_tables(s);
	if (error)
		return err("cannot map the tables: %s; lower the --max options", strerror(-error));
	return 0;
}

struct session *session__open(const struct interp *in, const struct session_limits *limits,
			      bool launched)
{
	struct session *s = xcalloc(1, sizeof(*s));

	libbpf_set_print(print_libbpf);
	s->tables.size = sizes_of(limits);
	s->launched = launched;
	s->bpf = usdt_bpf__open();
	if (!s->bpf) {
		err("cannot open the BPF programs: %s; see 'bpfprof doctor'", strerror(errno));
		goto fail;
	}
	if (configure(s, in) || load(s))
		goto fail;
	return s;
fail:
	session__close(s);
	return NULL;
}

/* A uprobe of prog in the file at path, for one process. NULL with errno on failure. */
static struct bpf_link *attach_at(struct bpf_program *prog, pid_t pid, const char *path,
				  uint64_t offset, uint64_t sema_offset, uint64_t cookie)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .ref_ctr_offset = sema_offset, .bpf_cookie = cookie);

	return bpf_program__attach_uprobe_opts(prog, pid, path, offset, &opts);
}

static int keep_link(struct session *s, struct bpf_link *link)
{
	if (!link)
		return -errno;
	s->links[s->nlinks++] = link;
	return 0;
}

static int attach_sites(struct session *s, struct bpf_program *prog, const struct interp *in,
			const struct usdt_sites *sites)
{
	for (size_t i = 0; i < sites->n; i++) {
		const struct usdt_site *site = &sites->v[i];
		int error = keep_link(s, attach_at(prog, in->pid, in->open_path, site->offset,
						   site->sema_offset, i));

		if (error)
			return error;
	}
	return 0;
}

/* Fires our own site of the same kind through the same path and sees whether it is counted. */
static int prove_self(struct session *s)
{
	__u64 before = s->tables.ctl->canary, seen;
	struct bpf_link *link = attach_at(s->bpf->progs.bpfp_canary, getpid(), "/proc/self/exe",
					  canary__offset(), 0, 0);

	if (!link)
		return err("cannot place a uprobe: %s; see 'bpfprof doctor'", strerror(errno));
	canary__fire(CANARY_EVENTS);
	bpf_link__destroy(link);
	seen = s->tables.ctl->canary - before;
	if (seen != CANARY_EVENTS)
		return err("uprobes do not count on this kernel: %llu of %d canary events "
			   "arrived; see 'bpfprof doctor'",
			   seen, CANARY_EVENTS);
	return 0;
}

/* The breakpoint stands in the process's own memory: probes of a file that is mapped elsewhere, or
 * of a copy of it, attach without an error and never fire. */
static int prove_site(const struct interp *in, const struct usdt_site *site)
{
	char path[64];
	unsigned char byte = 0;
	uint64_t addr = site->offset - in->map_offset + in->map_start;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", in->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (pread(fd, &byte, 1, addr) != 1)
		byte = 0;
	close(fd);
	return byte == 0xcc ? 0 : -ENODEV;
}

int session__attach(struct session *s, const struct interp *in)
{
	int error;

	if (prove_self(s))
		return -1;
	error = attach_sites(s, s->bpf->progs.bpfp_return, in, &in->ret);
	if (!error)
		error = attach_sites(s, s->bpf->progs.bpfp_entry, in, &in->entry);
	if (!error)
		error = keep_link(s, bpf_program__attach(s->bpf->progs.bpfp_exit));
	if (!error)
		error = keep_link(s, bpf_program__attach(s->bpf->progs.bpfp_exec));
	if (!error)
		error = prove_site(in, &in->entry.v[0]);
	if (!error)
		return 0;
	session__detach(s);
	if (error == -ESRCH || error == -ENOENT)
		return err("cannot attach to process %d: it has ended; start it again", in->pid);
	return err("cannot attach to process %d: %s; see 'bpfprof probes -p %d'", in->pid,
		   strerror(-error), in->pid);
}

void session__detach(struct session *s)
{
	while (s->nlinks)
		bpf_link__destroy(s->links[--s->nlinks]);
}

/* What the programs found out about the frame, as a note where it matters. */
static void note_frames(struct session *s, struct profile *p)
{
	bool found = s->bpf->bss->entry_sites[0].frame != ACC_REG_NOT_FOUND;

	if (!found)
		profile__add_note(p,
				  "the interpreter's frame could not be found at its probes: "
				  "functions of one name in one file are one row, without lines");
	if (!found && s->bpf->rodata->layout.unbalanced)
		profile__add_note(p, "without it, generators and coroutines make the counts and "
				     "times of this run unreliable");
}

void session__drain(struct session *s, struct profile *p)
{
	__u64 now = session__now();

	session__detach(s);
	tables__close_frames(&s->tables, now);
	tables__to_profile(&s->tables, p, now);
	note_frames(s, p);
}

void session__close(struct session *s)
{
	if (!s)
		return;
	session__detach(s);
	unmap_tables(&s->tables);
	usdt_bpf__destroy(s->bpf);
	free(s);
}
