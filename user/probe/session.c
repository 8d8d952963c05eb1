/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Owns the BPF object, its maps and its links. The only file that knows the skeleton. */
#include "probe/session.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/ticks.h"
#include "probe/canary.h"
#include "hook/hook.h"
#include "blocks/blocks.h"
#include "reader/snapshot.h"
#include "reader/tables.h"
#include "process/procmem.h"
#include "model/profile.h"
#include "bpfprof.skel.h"

#define CANARY_EVENTS 3
#define CANARY_TIMED  200

struct session {
	struct bpfprof_bpf *bpf;
	struct links {
		struct bpf_link **v;
		size_t n;
	} watches, probes, leaving; /* of the tracepoints; of the uprobes, then and now */
	pthread_t leaver;	    /* takes away what is leaving */
	struct tables tables;
	struct ring_buffer *loads; /* NULL: nobody is told of them */
	struct tables copy;	   /* of snapshots; allocated by the first */
	const struct blocks_opts *blocks;
	pid_t pid;
	bool proven; /* probes count on this kernel */
	bool asked;  /* whether they are cheaper on a 5-byte nop, which is nop5 */
	bool nop5;
	bool inlined; /* the process accounts itself, in ticks */
};

const struct session_limits session_limits_default = {
	.functions = 32768,
	.edges = 131072,
	.frames = 131072,
	.threads = 1024,
	.blocks = 4096,
};

static uint32_t pow2_above(uint32_t n)
{
	uint32_t p = 1024;

	while (p < n && p < 1u << 30)
		p *= 2;
	return p;
}

/* Hash tables get twice the room, so that their load stays below a half. A func has an edge at
 * least. */
static struct table_sizes sizes_of(const struct session_limits *l)
{
	return (struct table_sizes){
		.frames = (l->frames / ACC_CHUNK + 2) * ACC_CHUNK,
		.edges = (l->edges / ACC_BATCH + 2) * ACC_BATCH,
		.funcs = (l->edges / ACC_BATCH + 2) * ACC_BATCH,
		.edge_buckets = pow2_above(l->edges * 2),
		.func_buckets = pow2_above(l->edges * 2),
		.codes = pow2_above(l->functions * 2),
		.threads = l->threads + 1,
		.rows = l->threads * 4 + 1,
		.blocks = l->blocks + ACC_BLOCK_NEW + 1,
		.names = pow2_above(l->functions * 256),
	};
}

/* One row per table: its map, the size of an element, its count, and where it is mapped. */
struct table_row {
	size_t map;   /* offset of the struct bpf_map * in the skeleton's maps */
	size_t count; /* offset in struct table_sizes */
	size_t addr;  /* offset in struct tables */
	size_t bytes; /* of an element */
	enum stub_table stub;
};

#define ROW(stub, table, size, type)                                                               \
	{                                                                                          \
		offsetof(struct bpfprof_bpf, maps.table), offsetof(struct table_sizes, size),      \
			offsetof(struct tables, table), sizeof(struct acc_##type), stub            \
	}

static const struct table_row table_rows[] = {
	ROW(STUB_FRAMES, frames, frames, frame),
	ROW(STUB_AWAYS, aways, frames, away),
	ROW(STUB_EDGES, edges, edges, edge),
	ROW(STUB_EDGES_MORE, edges_cold, edges, edge_cold),
	ROW(STUB_EDGE_PLACES, edge_buckets, edge_buckets, edge_bucket),
	ROW(STUB_FUNCS, funcs, funcs, func),
	ROW(STUB_FUNCS_MORE, funcs_cold, funcs, func_cold),
	ROW(STUB_FUNC_PLACES, func_buckets, func_buckets, func_bucket),
	ROW(STUB_CODES, codes, codes, code),
	ROW(STUB_THREADS, threads, threads, thread),
	ROW(STUB_ROWS, rows, rows, row),
	ROW(STUB_BLOCKS, blocks, blocks, block_row),
};

#define NROWS (sizeof(table_rows) / sizeof(*table_rows))

static uint32_t row_count(const struct table_row *row, const struct table_sizes *size)
{
	return *(const uint32_t *)((const char *)size + row->count);
}

static struct bpf_map *row_map(const struct table_row *row, struct bpfprof_bpf *bpf)
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

static int set_sizes(struct bpfprof_bpf *bpf, const struct table_sizes *size)
{
	int bad = 0;

	for (size_t i = 0; i < NROWS; i++)
		bad |= bpf_map__set_max_entries(row_map(&table_rows[i], bpf),
						row_count(&table_rows[i], size));
	bad |= bpf_map__set_value_size(bpf->maps.names, names_bytes(size));
	bad |= bpf_map__set_max_entries(bpf->maps.thread_of_tid, size->threads);
	bad |= bpf_map__set_max_entries(bpf->maps.threads_free, size->threads);
	bpf->rodata->acc_mask_edges = size->edge_buckets - 1;
	bpf->rodata->acc_mask_funcs = size->func_buckets - 1;
	bpf->rodata->acc_mask_codes = size->codes - 1;
	bpf->rodata->acc_edges_max = size->edges;
	bpf->rodata->acc_funcs_max = size->funcs;
	bpf->rodata->acc_frames_max = size->frames;
	bpf->rodata->threads_max = size->threads;
	bpf->rodata->rows_max = size->rows;
	bpf->rodata->names_mask = size->names - 1;
	return bad;
}

static bool is_listed(const char *name, const char *const *list)
{
	while (*list && strcmp(*list, name))
		list++;
	return *list;
}

/* Only the programs of this backend are loaded: each takes the verifier a while. */
static void choose_programs(struct bpfprof_bpf *bpf, const char *const *wanted, bool markers)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, bpf->obj)
	{
		const char *name = bpf_program__name(prog);

		if (!strncmp(name, "bpfp_usdt_", 10) || !strncmp(name, "bpfp_eval_", 10))
			bpf_program__set_autoload(prog, is_listed(name, wanted));
		if (!strncmp(name, "bpfp_block_", 11))
			bpf_program__set_autoload(prog, markers);
	}
}

/* Whether a uprobe's program may sleep and yet use all of our maps: Linux 6.0 and later, by map. */
static bool uprobes_may_sleep(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_SLEEPABLE);
	int map = bpf_map_create(BPF_MAP_TYPE_STACK, NULL, 0, 4, 1, NULL), prog;
	const struct bpf_insn insns[] = {
		{.code = BPF_LD | BPF_DW | BPF_IMM,
		 .dst_reg = BPF_REG_1,
		 .src_reg = BPF_PSEUDO_MAP_FD,
		 .imm = map},
		{0},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};

	if (map < 0)
		return false;
	prog = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", insns, 4, &opts);
	close(map);
	if (prog >= 0)
		close(prog);
	return prog >= 0;
}

static int configure(struct session *s, const struct session_setup *setup)
{
	struct bpfprof_bpf *bpf = s->bpf;

	if (set_sizes(bpf, &s->tables.size))
		return err("cannot size the tables: libbpf refused; lower the --max options");
	choose_programs(bpf, setup->programs, !setup->blocks->off);
	if (!setup->blocks->off && uprobes_may_sleep()) {
		bpf->rodata->may_sleep = 1;
		bpf_program__set_flags(bpf->progs.bpfp_block_begin, BPF_F_SLEEPABLE);
		bpf_program__set_flags(bpf->progs.bpfp_block_load, BPF_F_SLEEPABLE);
	} else {
		bpf_program__set_autoload(bpf->progs.bpfp_block_load, false);
	}
	bpf->rodata->layout = setup->layout;
	bpf->rodata->many_sites = setup->many_sites;
	bpf->rodata->inlined = setup->inlined;
	memcpy(bpf->bss->entry_sites, setup->entry_sites, sizeof(setup->entry_sites));
	memcpy(bpf->bss->return_sites, setup->return_sites, sizeof(setup->return_sites));
	return 0;
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
	t->tracks = map_bytes(s->bpf->maps.tracks, sizeof(*t->tracks) * ACC_TRACKS);
	t->ctl = map_bytes(s->bpf->maps.ctls, sizeof(*t->ctl));
	return t->names && t->tracks && t->ctl ? 0 : -errno;
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
	if (t->tracks)
		munmap(t->tracks, sizeof(*t->tracks) * ACC_TRACKS);
	if (t->ctl)
		munmap(t->ctl, sizeof(*t->ctl));
}

static int load(struct session *s)
{
	int error = bpfprof_bpf__load(s->bpf);

	if (error)
		return err("cannot load the BPF programs: %s; see 'bpfprof doctor'",
			   strerror(-error));
	error = map_tables(s);
	if (error)
		return err("cannot map the tables: %s; lower the --max options", strerror(-error));
	return 0;
}

void session__set_rate(struct session *s)
{
	const double one = 1u << ACC_SCALE_BITS;
	struct acc_ctl *ctl = s->tables.ctl;
	struct ticks_clock c;

	if (!s->inlined)
		return;
	c = ticks__clock();
	ctl->rates[!(ctl->rate & 1)] = (struct acc_rate){
		.ns = c.now_ns,
		.tick = c.now,
		.ticks_mult = (__u64)(one / c.ns_per_tick),
		.ns_mult = (__u64)(one * c.ns_per_tick),
	};
	__atomic_store_n(&ctl->rate, !(ctl->rate & 1), __ATOMIC_RELEASE);
}

static int load_event(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

int session__loads_fd(const struct session *s)
{
	return s->loads ? ring_buffer__epoll_fd(s->loads) : -1;
}

uint32_t session__loads(struct session *s)
{
	if (s->loads)
		ring_buffer__consume(s->loads);
	return __atomic_load_n(&s->tables.ctl->loads, __ATOMIC_ACQUIRE);
}

uint32_t session__loads_late(const struct session *s)
{
	return __atomic_load_n(&s->tables.ctl->loads_late, __ATOMIC_RELAXED);
}

void session__loads_seen(struct session *s, uint32_t seen)
{
	__atomic_store_n(&s->tables.ctl->loads_seen, seen, __ATOMIC_RELEASE);
}

void session__clear_blocks(struct session *s)
{
	__atomic_add_fetch(&s->tables.ctl->clears, 1, __ATOMIC_RELAXED);
}

static void set_patterns(struct session *s, const struct blocks_opts *blocks)
{
	struct acc_ctl *ctl = s->tables.ctl;

	for (uint32_t i = 0; i < blocks->npatterns && i < ACC_PATTERNS; i++)
		ctl->pattern[ctl->patterns++] = blocks->patterns[i];
}

struct session *session__open(const struct session_setup *setup)
{
	struct session *s = xcalloc(1, sizeof(*s));

	libbpf_set_print(print_libbpf);
	s->tables.size = sizes_of(&setup->limits);
	s->inlined = setup->inlined;
	if (setup->inlined)
		s->tables.size.threads = pow2_above(setup->limits.threads * 2);
	s->bpf = bpfprof_bpf__open();
	if (!s->bpf) {
		err("cannot open the BPF programs: %s; see 'bpfprof doctor'", strerror(errno));
		goto fail;
	}
	if (configure(s, setup) || load(s))
		goto fail;
	session__set_rate(s);
	set_patterns(s, setup->blocks);
	s->blocks = setup->blocks;
	if (s->bpf->rodata->may_sleep)
		s->loads =
			ring_buffer__new(bpf_map__fd(s->bpf->maps.loads), load_event, NULL, NULL);
	return s;
fail:
	session__close(s);
	return NULL;
}

void session__tables(const struct session *s, struct hook_table *tables)
{
	for (size_t i = 0; i < NROWS; i++) {
		uint32_t count = row_count(&table_rows[i], &s->tables.size);

		tables[table_rows[i].stub] =
			(struct hook_table){bpf_map__fd(row_map(&table_rows[i], s->bpf)),
					    (uint64_t)count * table_rows[i].bytes, count};
	}
	tables[STUB_CTL] =
		(struct hook_table){bpf_map__fd(s->bpf->maps.ctls), sizeof(struct acc_ctl), 1};
	tables[STUB_NAMES] =
		(struct hook_table){bpf_map__fd(s->bpf->maps.names), names_bytes(&s->tables.size),
				    s->tables.size.names};
}

/* A uprobe of prog in the file at path, for one process. NULL with errno on failure. */
static struct bpf_link *attach_at(struct bpf_program *prog, pid_t pid, const char *path,
				  uint64_t offset, uint64_t sema_offset, uint64_t cookie)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .ref_ctr_offset = sema_offset, .bpf_cookie = cookie);

	return bpf_program__attach_uprobe_opts(prog, pid, path, offset, &opts);
}

static int keep_link(struct links *l, struct bpf_link *link)
{
	if (!link)
		return -errno;
	*ARR_PUSH(l->v, l->n) = link;
	return 0;
}

static void *drop_links(void *links)
{
	struct links *l = links;

	while (l->n)
		bpf_link__destroy(l->v[--l->n]);
	free(l->v);
	l->v = NULL;
	return NULL;
}

void session__wait_unprobed(struct session *s)
{
	if (s->leaver)
		pthread_join(s->leaver, NULL);
	s->leaver = 0;
}

void session__unprobe(struct session *s)
{
	session__wait_unprobed(s);
	s->leaving = s->probes;
	s->probes = (struct links){0};
	if (pthread_create(&s->leaver, NULL, drop_links, &s->leaving)) {
		s->leaver = 0;
		drop_links(&s->leaving);
	}
}

/* Fires our own site through the same path, and how many of the events arrived; -1 where no probe
 * could be placed. *ns, if not NULL: what one event took. */
static int fire_canary(struct session *s, enum canary kind, unsigned int times, uint64_t *ns)
{
	__u64 before = s->tables.ctl->canary, start;
	struct bpf_link *link = attach_at(s->bpf->progs.bpfp_canary, getpid(), "/proc/self/exe",
					  canary__offset(kind), 0, 0);

	if (!link)
		return -1;
	canary__fire(kind, CANARY_EVENTS); /* the first one may optimise the site */
	start = monotonic__ns();
	canary__fire(kind, times);
	if (ns)
		*ns = (monotonic__ns() - start) / times;
	bpf_link__destroy(link);
	return (int)(s->tables.ctl->canary - before) - CANARY_EVENTS;
}

static void died(int sig)
{
	_exit(sig);
}

/* Linux 6.18 makes a call of a probed 5-byte nop, and does not give a forked child what it calls:
 * the child dies there. Asked of a child of ours, for later kernels may know better. */
static bool nop5_survives_fork(struct session *s)
{
	struct bpf_link *link = attach_at(s->bpf->progs.bpfp_canary, getpid(), "/proc/self/exe",
					  canary__offset(CANARY_NOP5), 0, 0);
	int status = -1;
	pid_t child;

	if (!link)
		return false;
	canary__fire(CANARY_NOP5, CANARY_EVENTS);
	child = fork();
	if (!child) {
		signal(SIGSEGV, died);
		signal(SIGBUS, died);
		signal(SIGILL, died);
		canary__fire(CANARY_NOP5, CANARY_EVENTS);
		_exit(0);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	bpf_link__destroy(link);
	return !status;
}

bool session__nop5_is_cheaper(struct session *s)
{
	uint64_t nop1 = 0, nop5 = 0;

	if (s->asked)
		return s->nop5;
	s->asked = true;
	s->proven |= fire_canary(s, CANARY_NOP1, CANARY_TIMED, &nop1) == CANARY_TIMED;
	s->nop5 = s->proven && nop5_survives_fork(s) &&
		  fire_canary(s, CANARY_NOP5, CANARY_TIMED, &nop5) == CANARY_TIMED && nop5 < nop1;
	return s->nop5;
}

static int prove_self(struct session *s)
{
	int seen = fire_canary(s, CANARY_NOP1, CANARY_EVENTS, NULL);

	if (seen < 0)
		return err("cannot place a uprobe: %s; see 'bpfprof doctor'", strerror(errno));
	if (seen != CANARY_EVENTS)
		return err("uprobes do not count on this kernel: %d of %d canary events arrived; "
			   "see 'bpfprof doctor'",
			   seen, CANARY_EVENTS);
	return 0;
}

/* The breakpoint (or the call that Linux 6.18 may make of it) stands in the process's own memory:
 * probes of a file that is mapped elsewhere, or of a copy of it, attach without an error and never
 * fire. */
static int prove_probe(pid_t pid, const struct probe *p)
{
	unsigned char byte = 0;
	int mem = procmem__open(pid);
	bool stands;

	if (mem < 0)
		return mem;
	stands = procmem__read(mem, p->addr, &byte, 1) && (byte == 0xcc || byte == 0xe8);
	close(mem);
	return stands ? 0 : -ENODEV;
}

static int place(struct session *s, pid_t pid, const char *path, const struct probe *p)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(s->bpf->obj, p->program);

	return keep_link(&s->probes,
			 attach_at(prog, pid, path, p->offset, p->sema_offset, p->cookie));
}

/* The tracepoints of all backends. */
static int watch_threads(struct session *s)
{
	struct bpf_program *const programs[] = {s->bpf->progs.bpfp_exit, s->bpf->progs.bpfp_exec,
						s->bpf->progs.bpfp_wakeup,
						s->bpf->progs.bpfp_switch};
	int error = 0;

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs) && !error; i++)
		error = keep_link(&s->watches, bpf_program__attach(programs[i]));
	return error;
}

int session__probe(struct session *s, pid_t pid, const char *path, const struct probe *probes,
		   size_t n)
{
	int error = 0;

	for (size_t i = 0; i < n && !error; i++)
		error = place(s, pid, path, &probes[i]);
	for (size_t i = 0; i < n && !error; i++)
		error = prove_probe(pid, &probes[i]);
	return error;
}

int session__attach(struct session *s, const struct session_target *target, const char *path,
		    const struct probe *probes, size_t n)
{
	pid_t pid = target->pid;
	int error = 0;

	if (n && !s->proven && prove_self(s))
		return -1;
	s->proven |= n != 0;
	s->pid = pid;
	s->bpf->bss->counting = 0;
	s->bpf->bss->target_tgid = pid;
	s->bpf->bss->unicode_type = target->unicode_type;
	if (!s->watches.n)
		error = watch_threads(s);
	if (!error)
		error = session__probe(s, pid, path, probes, n);
	if (!error) {
		s->bpf->bss->attach_ns = target->launched ? 0 : monotonic__ns();
		s->bpf->bss->counting = 1;
		return 0;
	}
	session__detach(s);
	if (error == -ESRCH || error == -ENOENT)
		return err("cannot attach to process %d: it has ended; start it again", pid);
	return err("cannot attach to process %d: %s; see 'bpfprof probes -p %d'", pid,
		   strerror(-error), pid);
}

void session__detach(struct session *s)
{
	session__wait_unprobed(s);
	drop_links(&s->probes);
	drop_links(&s->watches);
}

bool session__frame_found(const struct session *s)
{
	return s->bpf->bss->entry_sites[0].frame != ACC_REG_NOT_FOUND;
}

uint64_t session__loss(const struct session *s, enum acc_loss loss)
{
	return s->tables.ctl->losses[loss];
}

void session__lose(struct session *s, enum acc_loss loss, uint64_t n)
{
	s->tables.ctl->losses[loss] += n;
}

/* The clock of the tables: the stub's where that accounts. */
static struct ticks_clock clock_of(const struct session *s)
{
	struct ticks_clock c = {.now_ns = monotonic__ns(), .ns_per_tick = 1};

	if (s->inlined)
		return ticks__clock();
	c.now = c.now_ns;
	return c;
}

struct prof_pace session__pace(const struct session *s)
{
	struct ticks_clock clock = clock_of(s);

	return tables__pace(&s->tables, &clock);
}

/* Adds what is in tables that nobody writes any more to p, as of now. */
static void read_out(const struct session *s, struct tables *t, struct profile *p)
{
	struct ticks_clock clock = clock_of(s);

	if (s->inlined)
		tables__name_threads(t, s->pid);
	tables__close_frames(t, &clock);
	tables__to_profile(t, p, &clock);
	p->target.clock_error = clock.error;
}

void session__snapshot(struct session *s, struct profile *p)
{
	if (!s->copy.ctl)
		snapshot__alloc(&s->copy, &s->tables.size);
	snapshot__take(&s->tables, &s->copy);
	read_out(s, &s->copy, p);
}

/* The kernel does not run a program within itself, and counts the times (Linux 5.12). */
static void lose_missed(struct session *s)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, s->bpf->obj)
	{
		struct bpf_prog_info info = {0};
		__u32 size = sizeof(info);
		int fd = bpf_program__fd(prog);

		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size))
			session__lose(s, ACC_LOSS_MISSED, info.recursion_misses);
	}
}

void session__drain(struct session *s, struct profile *p)
{
	lose_missed(s);
	s->bpf->bss->counting = 0;
	read_out(s, &s->tables, p);
}

/* An element of a map for each CPU, all zero. */
static void clear_per_cpu(const struct bpf_map *map)
{
	const __u32 zero = 0;
	size_t bytes = (size_t)libbpf_num_possible_cpus() * 8;
	void *values = xcalloc(1, bytes);

	bpf_map_update_elem(bpf_map__fd(map), &zero, values, BPF_ANY);
	free(values);
}

void session__reset(struct session *s)
{
	int fd = bpf_map__fd(s->bpf->maps.thread_of_tid);
	struct tables *t = &s->tables;
	__u32 tid;

	for (size_t i = 0; i < NROWS; i++)
		memset(*(void **)((char *)t + table_rows[i].addr), 0,
		       row_count(&table_rows[i], &t->size) * table_rows[i].bytes);
	memset(t->ctl, 0, sizeof(*t->ctl));
	session__set_rate(s);
	set_patterns(s, s->blocks);
	while (!bpf_map_get_next_key(fd, NULL, &tid))
		bpf_map_delete_elem(fd, &tid);
	while (!bpf_map_lookup_and_delete_elem(bpf_map__fd(s->bpf->maps.threads_free), NULL, &tid))
		continue;
	clear_per_cpu(s->bpf->maps.thread_hint);
}

void session__close(struct session *s)
{
	if (!s)
		return;
	session__detach(s);
	ring_buffer__free(s->loads);
	unmap_tables(&s->tables);
	snapshot__free(&s->copy);
	bpfprof_bpf__destroy(s->bpf);
	free(s);
}
