/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accounting core compiled for user space, over `in_use`, the set of tables in use by this
 * file. Included by a .c file, never by a header: draining closes open frames with it, and the unit
 * ring tests the arithmetic with it.
 */
#ifndef BPFPROF_IN_READER_H
#define BPFPROF_IN_READER_H

#include "reader/tables.h"

static struct tables *in_use;

/* What is checked is what is used: an index comes from memory that the process may still write. */
#define ACC_TABLE(id, table, type, count)                                                          \
	static inline struct acc_##type *acc_##type(__u32 i)                                       \
	{                                                                                          \
		__asm__("" : "+r"(i));                                                             \
		return i < in_use->size.count ? &in_use->table[i] : NULL;                          \
	}
#include "bpfprof/tables.def"

static inline struct acc_block_row *acc_block(__u32 i)
{
	return acc_block_row(i);
}

static inline struct acc_ctl *acc_ctl(void)
{
	return in_use->ctl;
}

#define acc_mask_edges	    (in_use->size.edge_buckets - 1)
#define acc_mask_funcs	    (in_use->size.func_buckets - 1)
#define acc_mask_codes	    (in_use->size.codes - 1)
#define acc_mask_coroutines (in_use->size.coroutines - 1)
#define acc_mask_awaits	    (in_use->size.awaits - 1)
#define acc_edges_max	    (in_use->size.edges)
#define acc_funcs_max	    (in_use->size.funcs)
#define acc_frames_max	    (in_use->size.frames)
#define acc_splits_max	    (in_use->size.splits)
#define acc_timeline_max    (in_use->size.timeline)

#define ACC_INLINE   static inline
#define ACC_NOINLINE static __attribute__((unused))

#ifndef READER_FILLS_CODES
#define ACC_NO_NAMES /* no new code is seen here, but in tests */
#endif

#include "bpfprof/account.h"

#endif
