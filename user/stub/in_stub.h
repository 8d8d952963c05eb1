/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accounting core's home inside an interpreter: the tables are BPF maps, mapped behind the
 * stub. Indices are not checked here, for whatever could spoil them is the process itself; all who
 * read the tables outside of it check. The GIL makes a thread's thread its only writer; taking an
 * entry is atomic, as in the kernel.
 */
#ifndef BPFPROF_STUB_HOME_H
#define BPFPROF_STUB_HOME_H

#include "bpfprof/abi.h"
#include "prelude.h"

#define ACC_TABLE(id, table_, type, count_)                                                        \
	ALWAYS struct acc_##type *acc_##type(__u32 i)                                              \
	{                                                                                          \
		return (struct acc_##type *)((__u64)&stub_head + config.table[STUB_##id]) + i;     \
	}
#include "bpfprof/tables.def"

/* Entries are counted on beyond the end. */
ALWAYS struct acc_block_row *acc_block(__u32 i)
{
	return i < config.count[STUB_BLOCKS] ? acc_block_row(i) : 0;
}

ALWAYS struct acc_ctl *acc_ctl(void)
{
	return (struct acc_ctl *)((__u64)&stub_head + config.table[STUB_CTL]);
}

#define acc_mask_edges	    (config.count[STUB_EDGE_BUCKETS] - 1)
#define acc_mask_funcs	    (config.count[STUB_FUNC_BUCKETS] - 1)
#define acc_mask_codes	    (config.count[STUB_CODES] - 1)
#define acc_mask_coroutines (config.count[STUB_COROUTINES] - 1)
#define acc_mask_awaits	    (config.count[STUB_AWAITS] - 1)
#define acc_edges_max	    (config.count[STUB_EDGES])
#define acc_funcs_max	    (config.count[STUB_FUNCS])
#define acc_frames_max	    (config.count[STUB_FRAMES])
#define acc_splits_max	    (config.count[STUB_SPLITS])
#define acc_timeline_max    (config.count[STUB_TIMELINE])

#define ACC_INLINE	 ALWAYS
#define ACC_NOINLINE	 static __attribute__((noinline, unused))
#define acc_clock()	 ticks()
#define ACC_UNWIND_MAX	 4096u
#define ACC_MOVED_MAX	 65536u
#define ACC_TIMED_SHIFT	 26 /* one in 64: to look at the clock costs a quarter of all */
#define acc_store()	 ((const __u8 *)&stub_head + config.table[STUB_NAMES])
#define acc_in_store(at) (at)
#define acc_ns_of(ticks) ticks_ns(ticks)

struct acc_call;
static int acc_code_fill(struct acc_code *code, const struct acc_call *c);
static __s64 ticks_ns(__u64 length);

#include "bpfprof/account.h"

COLD static __s64 ticks_ns(__u64 length)
{
	struct acc_ctl *ctl = acc_ctl();

	return acc_scale_signed(length, ctl->rates[*(volatile __u32 *)&ctl->rate & 1].ns_mult);
}

/* --- names, at the first sight of a code object ------------------------------------------------
 */

/* Copies bytes into the name store, or says that it is full. */
static void name_take(struct acc_name *n, __u64 from, __u64 bytes)
{
	__u8 *store = (__u8 *)((__u64)&stub_head + config.table[STUB_NAMES]);

	if (!acc_name_room(n, acc_name_kept(n, bytes), config.count[STUB_NAMES]))
		return;
	for (__u32 i = 0; i < n->bytes; i++)
		*(volatile __u8 *)(store + n->offset + i) = *(const __u8 *)(from + i);
}

/* A str: ASCII, or with its UTF-8 cached, or code points of 1, 2 or 4 bytes each. */
static void name_of_str(struct acc_name *n, __u64 str)
{
	__u32 state_bits = AT32(str, config.str_state) >> config.str_kind_shift;

	if (state_bits & 16) {
		name_take(n, str + config.str_ascii, AT(str, config.str_length));
	} else if (AT(str, config.str_utf8)) {
		name_take(n, AT(str, config.str_utf8), AT(str, config.str_utf8_length));
	} else {
		n->width = state_bits & 7;
		name_take(n, str + config.str_compact, AT(str, config.str_length) * n->width);
	}
}

/* Those of a C function, in cnames.c. */
HIDDEN int cfunc_names(struct acc_code *code, const struct acc_call *c);

static int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	if (c->kind == ACC_KIND_C)
		return cfunc_names(code, c);
	code->line = AT32(c->code, config.code_firstlineno);
	name_of_str(&code->names[0], AT(c->code, config.code_filename));
	name_of_str(&code->names[1], AT(c->code, config.code_name));
	if (config.code_qualname)
		name_of_str(&code->names[2], AT(c->code, config.code_qualname));
	return 0;
}

/* --- the running thread's entry -----------------------------------------------------------------
 */

/* Eval: the threads' rows are the kernel's. */
static __u32 row_take(__u32 tid)
{
	return config.inlined ? acc_row_take(config.count[STUB_ROWS], tid, ticks()) : 0;
}

/* The entry of the thread whose control block is tcb; taken if it has none. 0: none left. */
static __u32 thread_take(__u64 tcb)
{
	for (__u32 n = 0; n < 2 * ACC_THREAD_PROBE; n++) {
		__u32 i = ACC_THREAD_AT(tcb, n % ACC_THREAD_PROBE, config.count[STUB_THREADS]);
		struct acc_thread *s = i ? acc_thread(i) : 0;

		if (!s || (s->tcb != tcb && (n < ACC_THREAD_PROBE || s->tcb || s->top)))
			continue;
		if (s->tcb == tcb)
			return i;
		if (ACC_CAS(&s->tcb, 0, tcb))
			continue;
		acc_thread_anew(s);
		s->tid = cpu__syscall(__NR_gettid, 0, 0, 0, 0);
		s->row = row_take(s->tid);
		return i;
	}
	return 0;
}

/* The entry of the thread with that control block, remembered in *t for its state key; 0 and a loss
 * counted where none is left. */
COLD static struct acc_thread *thread_find(struct stub_known *t, __u64 key, __u64 tcb)
{
	__u32 i = thread_take(tcb);

	if (!i) {
		acc_lose(ACC_LOSS_THREADS_FULL, 1);
		return 0;
	}
	t->key = 0;
	t->low_sp = -1ull;
	t->thread = i;
	__atomic_store_n(&t->key, key, __ATOMIC_RELEASE);
	return acc_thread(i);
}

/* Where the entry of the thread with that state is remembered. */
ALWAYS struct stub_known *known_of(__u64 tstate)
{
	return &state.known[(tstate >> 6) % STUB_KNOWN];
}

/* The running thread's entry, and its index; 0: none is left. */
ALWAYS struct acc_thread *thread_current(__u64 tstate, __u32 *at)
{
	struct stub_known *t = known_of(tstate);
	struct acc_thread *s = acc_thread(t->thread);
	__u64 tcb = cpu__tcb();

	/* a thread that ends has its thread's tcb cleared by the kernel's side, so that another in
	 * the same place is not taken for it */
	if (RARE(t->key != tstate || s->tcb != tcb))
		s = thread_find(t, tstate, tcb);
	*at = t->thread;
	return s;
}

#endif
