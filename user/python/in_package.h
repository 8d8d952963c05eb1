/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accounting core's home in the process's own memory: tables of fixed size, reserved whole and
 * used page by page. Included by record.c alone. Indices come from these tables and are not
 * checked.
 */
#ifndef BPFPROF_PYTHON_HOME_H
#define BPFPROF_PYTHON_HOME_H

#include <stdint.h>
#include <sys/mman.h>

#include "python/record.h"

#define HOME_FRAMES  (1u << 18)
#define HOME_EDGES   (1u << 18)
#define HOME_BUCKETS (2 * HOME_EDGES) /* hashed */
#define HOME_CODES   (1u << 17)

/* HOME_TABLE(table, type, count). The aways stay zero: nobody tells us of time off the CPU. */
#define HOME_TABLES                                                                                \
	HOME_TABLE(frames, frame, HOME_FRAMES)                                                     \
	HOME_TABLE(aways, away, HOME_FRAMES)                                                       \
	HOME_TABLE(edges, edge, HOME_EDGES)                                                        \
	HOME_TABLE(edges_cold, edge_cold, HOME_EDGES)                                              \
	HOME_TABLE(edge_buckets, edge_bucket, HOME_BUCKETS)                                        \
	HOME_TABLE(funcs, func, HOME_EDGES)                                                        \
	HOME_TABLE(funcs_cold, func_cold, HOME_EDGES)                                              \
	HOME_TABLE(func_buckets, func_bucket, HOME_BUCKETS)                                        \
	HOME_TABLE(codes, code, HOME_CODES)

struct package_tables {
#define HOME_TABLE(table, type, count) struct acc_##type table[count];
	HOME_TABLES
#undef HOME_TABLE
	struct tally *tallies[HOME_EDGES]; /* by func */
	struct acc_ctl ctl;
};

static struct package_tables *in_use;

#define HOME_TABLE(table, type, count)                                                             \
	static inline struct acc_##type *acc_##type(__u32 i)                                       \
	{                                                                                          \
		return &in_use->table[i];                                                          \
	}
HOME_TABLES
#undef HOME_TABLE

/* A thread brings its row itself. */
static inline struct acc_row *acc_row(__u32 i)
{
	(void)i;
	return 0;
}

/* A block's hits are recorded by itself. */
static inline struct acc_block_row *acc_block(__u32 i)
{
	(void)i;
	return NULL;
}

/* Nor why. */
static inline struct acc_reasons *acc_reasons(__u32 i)
{
	(void)i;
	return NULL;
}

static inline struct acc_split *acc_split(__u32 i)
{
	(void)i;
	return NULL;
}

static inline struct acc_event *acc_event(__u32 i)
{
	(void)i;
	return NULL;
}

static inline struct acc_ctl *acc_ctl(void)
{
	return &in_use->ctl;
}

#define acc_mask_edges	 (HOME_BUCKETS - 1)
#define acc_mask_funcs	 (HOME_BUCKETS - 1)
#define acc_mask_codes	 (HOME_CODES - 1)
#define acc_edges_max	 HOME_EDGES
#define acc_funcs_max	 HOME_EDGES
#define acc_frames_max	 HOME_FRAMES
#define acc_splits_max	 1 /* none, for the same reason */
#define acc_timeline_max 0

#define ACC_INLINE   static inline __attribute__((unused))
#define ACC_NOINLINE static __attribute__((noinline, unused))

#define ACC_NO_NAMES /* a block keeps its names itself */

#include "bpfprof/account.h"

static bool tables_open(void)
{
	void *p = mmap(NULL, sizeof(struct package_tables), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	in_use = p == MAP_FAILED ? NULL : p;
	return in_use;
}

static void tables_close(void)
{
	if (in_use)
		munmap(in_use, sizeof(*in_use));
	in_use = NULL;
}

#endif
