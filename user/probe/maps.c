/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps of the BPF object: their sizes, and their memory here. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/mem.h"
#include "bpfprof/stub.h"
#include "probe/inside.h"

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

#define AWAITS 4096u /* a power of two */
#define STRIPS 256u  /* of the threads that come first: 14 KiB each */

static uint32_t strips_of(const struct session_limits *l)
{
	const uint32_t n = l->threads < STRIPS ? l->threads : STRIPS;

	return l->strips ? (n + 1) * l->strips : 1;
}

/* Hash tables get twice the room, so that their load stays below a half; that of coroutines, whose
 * places are few, four times. A func has an edge at
 * least, and several where edges are call paths. */
struct table_sizes maps__sizes_of(const struct session_limits *l, bool inlined)
{
	const uint32_t funcs = l->paths ? l->edges / 4 : l->edges;

	return (struct table_sizes){
		.frames = (l->frames / ACC_CHUNK + 2) * ACC_CHUNK,
		.edges = (l->edges / ACC_BATCH + 2) * ACC_BATCH,
		.funcs = (funcs / ACC_BATCH + 2) * ACC_BATCH,
		.edge_buckets = pow2_above(l->edges * 2),
		.func_buckets = pow2_above(funcs * 2),
		.codes = pow2_above(l->functions * 2),
		.splits = l->edges / 8 + 2,
		.ios = l->io ? pow2_above(l->edges / 4) : 1,
		.timeline = l->timeline + 1,
		.strips = strips_of(l),
		.coroutines = l->coroutines ? pow2_above(l->coroutines * 4) : 1,
		.awaits = l->coroutines ? AWAITS : 1,
		.lives = l->coroutines ? (l->edges / ACC_BATCH + 2) * ACC_BATCH : 1,
		.threads = inlined ? pow2_above(l->threads * 2) : l->threads + 1,
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

static const struct table_row table_rows[] = {
#define ACC_TABLE(id, table, type, count)                                                          \
	{offsetof(struct bpfprof_bpf, maps.table), offsetof(struct table_sizes, count),            \
	 offsetof(struct tables, table), sizeof(struct acc_##type), STUB_##id},
#include "bpfprof/tables.def"
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

int maps__set_sizes(struct bpfprof_bpf *bpf, const struct table_sizes *size)
{
	int bad = 0;

	for (size_t i = 0; i < NROWS; i++)
		bad |= bpf_map__set_max_entries(row_map(&table_rows[i], bpf),
						row_count(&table_rows[i], size));
	bad |= bpf_map__set_value_size(bpf->maps.names, names_bytes(size));
	bad |= bpf_map__set_max_entries(bpf->maps.thread_of_tid, size->threads);
	bad |= bpf_map__set_max_entries(bpf->maps.thread_of_tcb, size->threads);
	bad |= bpf_map__set_max_entries(bpf->maps.ios, size->ios);
	bpf->rodata->acc_mask_edges = size->edge_buckets - 1;
	bpf->rodata->acc_mask_funcs = size->func_buckets - 1;
	bpf->rodata->acc_mask_codes = size->codes - 1;
	bpf->rodata->acc_mask_coroutines = size->coroutines - 1;
	bpf->rodata->acc_mask_awaits = size->awaits - 1;
	bpf->rodata->acc_edges_max = size->edges;
	bpf->rodata->acc_funcs_max = size->funcs;
	bpf->rodata->acc_frames_max = size->frames;
	bpf->rodata->acc_splits_max = size->splits;
	bpf->rodata->acc_timeline_max = size->timeline;
	bpf->rodata->strips_max = size->strips;
	bpf->rodata->threads_max = size->threads;
	bpf->rodata->rows_max = size->rows;
	bpf->rodata->names_mask = size->names - 1;
	bpf->rodata->ios_mask = size->ios - 1;
	return bad;
}

static uint64_t bytes_of(const struct table_sizes *size)
{
	uint64_t bytes = names_bytes(size) + size->ios * sizeof(struct acc_io);

	for (size_t i = 0; i < NROWS; i++)
		bytes += (uint64_t)row_count(&table_rows[i], size) * table_rows[i].bytes;
	return bytes;
}

/* What the kernel can give without swapping; 0: it does not say. */
static uint64_t free_bytes(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (f && !kib && fgets(line, sizeof(line), f))
		sscanf(line, "MemAvailable: %llu", &kib);
	if (f)
		fclose(f);
	return kib << 10;
}

int session__fits(const struct session_limits *limits)
{
	const struct table_sizes size = maps__sizes_of(limits, true);
	uint64_t wanted = bytes_of(&size), have = free_bytes();

	if (!have || wanted <= have)
		return 0;
	return err("cannot make the tables: they take %llu MiB and %llu MiB are free; lower the "
		   "--max options",
		   (unsigned long long)wanted >> 20, (unsigned long long)have >> 20);
}

static void *map_bytes(struct bpf_map *map, size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	return at == MAP_FAILED ? NULL : at;
}

int maps__map(struct bpfprof_bpf *bpf, struct tables *t)
{
	for (size_t i = 0; i < NROWS; i++) {
		const struct table_row *row = &table_rows[i];
		void **addr = (void **)((char *)t + row->addr);

		*addr = map_bytes(row_map(row, bpf), row_count(row, &t->size) * row->bytes);
		if (!*addr)
			return -errno;
	}
	t->names = map_bytes(bpf->maps.names, names_bytes(&t->size));
	t->tracks = map_bytes(bpf->maps.tracks, sizeof(*t->tracks) * ACC_TRACKS);
	t->holds = map_bytes(bpf->maps.holds, sizeof(*t->holds) * ACC_HOLDS);
	t->ios = map_bytes(bpf->maps.ios, sizeof(*t->ios) * t->size.ios);
	t->ctl = map_bytes(bpf->maps.ctls, sizeof(*t->ctl));
	detail("the tables take %llu KiB", (unsigned long long)bytes_of(&t->size) >> 10);
	return t->names && t->tracks && t->holds && t->ios && t->ctl ? 0 : -errno;
}

/* Of each table that is mapped. */
static void each(struct tables *t, void (*work)(void *at, size_t bytes))
{
	const struct {
		void *at;
		size_t bytes;
	} others[] = {{t->names, names_bytes(&t->size)},
		      {t->tracks, sizeof(*t->tracks) * ACC_TRACKS},
		      {t->holds, sizeof(*t->holds) * ACC_HOLDS},
		      {t->ios, sizeof(*t->ios) * t->size.ios},
		      {t->ctl, sizeof(*t->ctl)}};

	for (size_t i = 0; i < NROWS; i++) {
		void *at = *(void **)((char *)t + table_rows[i].addr);

		if (at)
			work(at, row_count(&table_rows[i], &t->size) * table_rows[i].bytes);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (others[i].at)
			work(others[i].at, others[i].bytes);
	}
}

static void unmap(void *at, size_t bytes)
{
	munmap(at, bytes);
}

static void lend(void *at, size_t bytes)
{
	madvise(at, bytes, MADV_DOFORK);
}

/* Not where it could not be taken back. */
static void keep(void *at, size_t bytes)
{
	if (!madvise(at, bytes, MADV_DOFORK))
		madvise(at, bytes, MADV_DONTFORK);
}

void maps__unmap(struct tables *t)
{
	each(t, unmap);
}

void session__lend(struct session *s, bool lent)
{
	each(&s->reader.live, lent ? lend : keep);
}

/* Zeroes an element of a map for each CPU. */
static void clear_per_cpu(const struct bpf_map *map)
{
	const __u32 zero = 0;
	size_t bytes = (size_t)libbpf_num_possible_cpus() * 8;
	void *values = xcalloc(1, bytes);

	bpf_map_update_elem(bpf_map__fd(map), &zero, values, BPF_ANY);
	free(values);
}

/* Elements that may have been written. Those that are taken one after another end where the cursor
 * stands; to touch the others' memory for the first time takes longer than to clear it. */
static uint32_t row_used(const struct table_row *row, const struct tables *t)
{
	static const struct {
		size_t count, taken; /* in struct table_sizes, in struct acc_ctl */
		uint32_t batch;
	} cursors[] = {
		{offsetof(struct table_sizes, frames), offsetof(struct acc_ctl, chunks), ACC_CHUNK},
		{offsetof(struct table_sizes, edges), offsetof(struct acc_ctl, edges), ACC_BATCH},
		{offsetof(struct table_sizes, funcs), offsetof(struct acc_ctl, funcs), ACC_BATCH},
	};
	uint32_t count = row_count(row, &t->size), taken;

	for (size_t i = 0; i < sizeof(cursors) / sizeof(*cursors); i++) {
		if (cursors[i].count != row->count)
			continue;
		taken = ONCE(*(const __u32 *)((const char *)t->ctl + cursors[i].taken));
		return taken < count / cursors[i].batch ? (taken + 1) * cursors[i].batch : count;
	}
	return count;
}

void maps__clear(struct bpfprof_bpf *bpf, struct tables *t)
{
	int fd = bpf_map__fd(bpf->maps.thread_of_tid);
	int by_tcb = bpf_map__fd(bpf->maps.thread_of_tcb);
	__u64 tcb;
	__u32 tid;

	for (size_t i = 0; i < NROWS; i++)
		memset(*(void **)((char *)t + table_rows[i].addr), 0,
		       (size_t)row_used(&table_rows[i], t) * table_rows[i].bytes);
	memset(t->holds, 0, sizeof(*t->holds) * ACC_HOLDS);
	memset(t->ios, 0, sizeof(*t->ios) * t->size.ios);
	memset(t->ctl, 0, sizeof(*t->ctl));
	while (!bpf_map_get_next_key(fd, NULL, &tid))
		bpf_map_delete_elem(fd, &tid);
	while (!bpf_map_get_next_key(by_tcb, NULL, &tcb))
		bpf_map_delete_elem(by_tcb, &tcb);
	bpf->bss->threads_free = 0;
	clear_per_cpu(bpf->maps.thread_hint);
}

void session__tables(const struct session *s, struct session_table *tables)
{
	for (size_t i = 0; i < NROWS; i++) {
		uint32_t count = row_count(&table_rows[i], &s->reader.live.size);

		tables[table_rows[i].stub] =
			(struct session_table){bpf_map__fd(row_map(&table_rows[i], s->bpf)),
					       (uint64_t)count * table_rows[i].bytes, count};
	}
	tables[STUB_CTL] =
		(struct session_table){bpf_map__fd(s->bpf->maps.ctls), sizeof(struct acc_ctl), 1};
	tables[STUB_NAMES] = (struct session_table){bpf_map__fd(s->bpf->maps.names),
						    names_bytes(&s->reader.live.size),
						    s->reader.live.size.names};
}
