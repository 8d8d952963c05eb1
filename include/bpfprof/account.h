/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accounting core: what a call and a return do to the tables of abi.h. Freestanding: it
 * compiles for BPF and for user space, so one set of tests holds for both.
 *
 * The arithmetic is that of CPython's _lsprof: a return adds (elapsed - children) to own time
 * always, and elapsed to cumulative time only when the outermost activation ends, for the function
 * and for the (caller, callee) pair each with its own count of open activations. Off-CPU time obeys
 * the same rules. What only recursion or a switch of threads makes differ is kept apart (the _cold
 * tables), so that the common call touches two cache lines.
 *
 * The includer ("home") defines, before including this file:
 *   ACC_INLINE, ACC_NOINLINE             function attributes
 *   ACC_STEP                             likewise, of one turn of a loop; where not: ACC_INLINE
 *   struct acc_frame *acc_frame(__u32 i) and likewise acc_away, acc_reasons, acc_edge,
 *                                        acc_edge_cold, acc_edge_bucket, acc_func, acc_func_cold,
 *                                        acc_func_bucket, acc_code, acc_row, acc_split,
 *                                        acc_event: element i of the table, or 0 where i is out of
 *                                        range
 *   struct acc_block_row *acc_block(__u32 i)  likewise
 *   const __u8 *acc_store(void)          the name store; 0: there is none
 *   acc_in_store(offset)                 an offset of it, within; where not: no patterns
 *   acc_ns_of(ticks)                     a length of time in ns, signed; where not: ticks are
 *   struct acc_ctl *acc_ctl(void)        or 0
 *   acc_clock()                          the time, in ticks; not needed where acc_now isn't called
 *   ACC_TIMED_SHIFT                      what share of the calls is timed; where not: one in 16
 *   acc_mask_codes                       size of the table minus one (a power of two)
 *   acc_mask_edges/funcs                 likewise of the indices
 *   acc_mask_coroutines                  likewise; where not: coroutines are not timed
 *   acc_mask_awaits                      likewise, with those
 *   acc_edges_max, acc_funcs_max, acc_splits_max  elements of these tables
 *   acc_frames_max                       elements of the frame pool
 *   acc_timeline_max                     elements of the timeline; 0 or 1: there is none
 *   ACC_UNWIND_MAX                       frames searched for another; where not: 128
 *   ACC_MOVED_MAX                        frames of a parked stack that are moved on; where not: 512
 *   int acc_code_fill(struct acc_code *, const struct acc_call *)   copies a new code's names; or
 *                                        ACC_NO_NAMES, where there is nothing to copy
 *
 * Threads: a struct acc_thread is one thread's, which alone calls acc_enter/acc_leave on it. Edges,
 * funcs and frames belong to the thread that took them; only taking them is shared, and done in
 * batches and with atomics.
 */
#ifndef BPFPROF_ACCOUNT_H
#define BPFPROF_ACCOUNT_H

#ifndef acc_ns_of
#define acc_ns_of(ticks) ((__s64)(ticks))
#endif

#ifndef ACC_UNWIND_MAX
#define ACC_UNWIND_MAX 128u
#endif

#ifndef ACC_MOVED_MAX
#define ACC_MOVED_MAX 512u
#endif
/* Frames that are walked in one stride: BPF's verifier follows every turn of a loop, of two loops
 * the turns of each once, if the inner one is in a function of its own. */
#define ACC_STRIDE 32u

#ifndef ACC_STEP
#define ACC_STEP ACC_INLINE
#endif

#define ACC_RARE(x) __builtin_expect(!!(x), 0)

/* Atomics that return the value before. */
#define ACC_CAS(ptr, old, new) __sync_val_compare_and_swap(ptr, old, new)
#define ACC_ADD(ptr, n)	       __sync_fetch_and_add(ptr, n)

#include "bpfprof/key.h"

#ifdef ACC_NO_NAMES
ACC_INLINE int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	(void)code;
	(void)c;
	return 0;
}
#endif

#include "bpfprof/clock.h"
#include "bpfprof/find.h"
#include "bpfprof/name.h"
#include "bpfprof/row.h"
#include "bpfprof/pattern.h"
#include "bpfprof/stack.h"
#include "bpfprof/thread.h"
#include "bpfprof/wait.h"
#include "bpfprof/park.h"
#include "bpfprof/edge.h"
#include "bpfprof/hits.h"
#include "bpfprof/timeline.h"
#include "bpfprof/call.h"
#include "bpfprof/unwind.h"
#ifdef acc_mask_coroutines
#include "bpfprof/await.h"
#include "bpfprof/coroutine.h"
#endif

#endif
