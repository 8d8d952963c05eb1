/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accounting core compiled for user space, over `home`, the set of tables in use by this file.
 * Included by a .c file, never by a header: draining closes open frames with it, and the unit ring
 * tests the arithmetic with it.
 */
#ifndef BPFPROF_IN_READER_H
#define BPFPROF_IN_READER_H

#include "reader/tables.h"

static struct tables *home;

/* What is checked is what is used: an index comes from memory that the process may still write. */
#define ACC_TABLE(id, table, type, count)                                                          \
	static inline struct acc_##type *acc_##type(__u32 i)                                       \
	{                                                                                          \
		__asm__("" : "+r"(i));                                                             \
		return i < home->size.count ? &home->table[i] : NULL;                              \
	}
#include "bpfprof/tables.def"

static inline struct acc_block_row *acc_block(__u32 i)
{
	return acc_block_row(i);
}

static inline struct acc_ctl *acc_ctl(void)
{
	return home->ctl;
}

#define acc_mask_edges	    (home->size.edge_buckets - 1)
#define acc_mask_funcs	    (home->size.func_buckets - 1)
#define acc_mask_codes	    (home->size.codes - 1)
#define acc_mask_coroutines (home->size.coroutines - 1)
#define acc_edges_max	    (home->size.edges)
#define acc_funcs_max	    (home->size.funcs)
#define acc_frames_max	    (home->size.frames)
#define acc_splits_max	    (home->size.splits)
#define acc_timeline_max    (home->size.timeline)

#define ACC_INLINE   static inline
#define ACC_NOINLINE static __attribute__((unused))

#ifndef READER_FILLS_CODES
#define ACC_NO_NAMES /* no new code is seen here, but in tests */
#endif

#include "bpfprof/account.h"

#endif
