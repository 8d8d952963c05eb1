/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accounting core compiled for user space, over `home`, the set of tables in use by this file.
 * Included by a .c file, never by a header: draining closes open frames with it, and the unit ring
 * tests the arithmetic with it.
 */
#include "reader/tables.h"

static struct tables *home;

/* Tables of one size may be several. */
#define HOME_TABLE(table, size_of, type)                                                           \
	static inline struct acc_##type *acc_##type(__u32 i)                                       \
	{                                                                                          \
		return i < home->size.size_of ? &home->table[i] : NULL;                            \
	}

HOME_TABLE(frames, frames, frame)
HOME_TABLE(aways, frames, away)
HOME_TABLE(edges, edges, edge)
HOME_TABLE(edges_cold, edges, edge_cold)
HOME_TABLE(edge_buckets, edge_buckets, edge_bucket)
HOME_TABLE(funcs, funcs, func)
HOME_TABLE(funcs_cold, funcs, func_cold)
HOME_TABLE(func_buckets, func_buckets, func_bucket)
HOME_TABLE(codes, codes, code)
HOME_TABLE(rows, rows, row)

static inline struct acc_block_row *acc_block(__u32 i)
{
	return i < home->size.blocks ? &home->blocks[i] : NULL;
}

static inline struct acc_ctl *acc_ctl(void)
{
	return home->ctl;
}

#define acc_mask_edges (home->size.edge_buckets - 1)
#define acc_mask_funcs (home->size.func_buckets - 1)
#define acc_mask_codes (home->size.codes - 1)
#define acc_edges_max  (home->size.edges)
#define acc_funcs_max  (home->size.funcs)
#define acc_frames_max (home->size.frames)

#define ACC_INLINE	   static inline
#define ACC_NOINLINE	   static __attribute__((unused))
#define ACC_CAS(ptr, o, n) __sync_val_compare_and_swap(ptr, o, n)
#define ACC_ADD(ptr, n)	   __sync_fetch_and_add(ptr, n)

struct acc_call;
/* In user space a code's names are its addresses; there is nothing to copy. */
static inline int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	(void)code;
	(void)c;
	return 0;
}

#include "bpfprof/account.h"
