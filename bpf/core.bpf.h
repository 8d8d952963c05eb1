/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel home of the accounting core: the maps it works on, and (threads.bpf.h) the entry of
 * the thread that is running. Knows no backend. Included once by each BPF object.
 *
 * Maps are arrays, whose look-up the verifier turns into a bounds check and an addition, so tables
 * are addressed by index and every index is checked. User space sets their sizes before loading.
 */
#ifndef BPFPROF_CORE_BPF_H
#define BPFPROF_CORE_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "arch/probed.bpf.h"
#include "bpfprof/abi.h"

#define EEXIST 17

const volatile __u32 acc_mask_edges = 1023;
const volatile __u32 acc_mask_funcs = 1023;
const volatile __u32 acc_mask_codes = 1023;
const volatile __u32 acc_mask_coroutines = 1023;
#define acc_mask_coroutines acc_mask_coroutines /* they can be timed */
const volatile __u32 acc_mask_awaits = 1023;
const volatile __u32 acc_edges_max = 1024;
const volatile __u32 acc_funcs_max = 1024;
const volatile __u32 acc_frames_max = 1024;
const volatile __u32 acc_splits_max = 1024;
const volatile __u32 acc_timeline_max = 1;
const volatile __u32 strips_max = 1; /* none */
const volatile __u32 threads_max = 64;
const volatile __u32 rows_max = 64;
const volatile __u32 names_mask = 65535; /* the name store's bytes less one, without its tail */
const volatile __u32 inlined = 0;	 /* it accounts itself, and its threads are found by TCB */

__u32 target_tgid = 0; /* the process */
__u64 attach_ns = 0;   /* threads started before have frames open; 0: launched */
/* Set while calls are followed: half a pair would count as an imbalance, and what a thread does
 * when its frames are not followed is not theirs. */
__u32 counting = 0;
__u64 counted_until = 0; /* ns; when it was unset */

#define ACC_TABLE(id, table, type_, count)                                                         \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                  \
		__uint(max_entries, 1024);                                                         \
		__uint(map_flags, BPF_F_MMAPABLE);                                                 \
		__type(key, __u32);                                                                \
		__type(value, struct acc_##type_);                                                 \
	} table SEC(".maps");                                                                      \
                                                                                                   \
	static __always_inline struct acc_##type_ *acc_##type_(__u32 i)                            \
	{                                                                                          \
		return bpf_map_lookup_elem(&table, &i);                                            \
	}
#include "bpfprof/tables.def"

static __always_inline struct acc_block_row *acc_block(__u32 i)
{
	return acc_block_row(i);
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct acc_ctl);
} ctls SEC(".maps");

static __always_inline struct acc_ctl *acc_ctl(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&ctls, &zero);
}

/* The bytes of all names, one value; user space sets value_size to names_mask + 1 + 4096. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, 4);
	__uint(value_size, 65536 + 4096);
} names SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} thread_of_tid SEC(".maps");

/* By the address of its control block, where it is not inline. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u32);
} thread_of_tcb SEC(".maps");

/* The thread that last ran on each CPU: a guess that saves the hash look-up. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} thread_hint SEC(".maps");

#define ACC_INLINE   static __always_inline
#define ACC_NOINLINE __noinline /* global: verified once, not at each call */
#define ACC_STEP     __noinline

/* A loop goes through many by some at a time, in a global function: the verifier follows each step
 * of each loop, and takes a millisecond for a thousand instructions. */
#define SOME 8u

/* For it goes through each instruction several times too, and so does what compiles them. */
#define ONE_BY_ONE _Pragma("clang loop unroll(disable)")

struct acc_call;
__noinline int acc_code_fill(struct acc_code *code, const struct acc_call *c);

/* CLOCK_MONOTONIC. The replay ring puts its own time here to test exact arithmetic. */
#ifdef BPFPROF_FAKE_CLOCK
__u64 fake_now;
#define clock_ns() fake_now
#else
#define clock_ns() bpf_ktime_get_ns()
#endif

/* The moment, or that at which counting ended: what comes later is in no reading. */
static __always_inline __u64 counted_by(__u64 now)
{
	return counted_until && counted_until < now ? counted_until : now;
}

static __always_inline __u8 *acc_store(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&names, &zero);
}

#define acc_in_store(at) ((at)&names_mask)
#define acc_clock()	 clock_ticks()
#define acc_ns_of(ticks) ticks_ns(ticks)

static __always_inline __u64 clock_ticks(void);
static __always_inline __s64 ticks_ns(__u64 ticks);

#include "bpfprof/account.h"

static __always_inline struct acc_rate *rate_now(struct acc_ctl *ctl)
{
	return &ctl->rates[*(volatile __u32 *)&ctl->rate & 1];
}

/* The clock of the tables: nanoseconds, or what the stub counts by, as bpfprof last told. */
static __always_inline __u64 clock_ticks(void)
{
	__u64 ns = clock_ns();
	struct acc_ctl *ctl = inlined ? acc_ctl() : 0;
	struct acc_rate *r;

	if (!ctl)
		return ns;
	r = rate_now(ctl);
	return r->tick + acc_scale_signed(ns - r->ns, r->ticks_mult);
}

static __always_inline __s64 ticks_ns(__u64 ticks)
{
	struct acc_ctl *ctl = inlined ? acc_ctl() : 0;

	return ctl ? acc_scale_signed(ticks, rate_now(ctl)->ns_mult) : (__s64)ticks;
}

/* Whether the innermost open frame is that one: usually, the caller of one that is entered is. */
static __always_inline int is_innermost(const struct acc_thread *s, __u64 frame)
{
	const struct acc_frame *f = s->top ? acc_frame(s->top) : 0;

	return f && f->pyframe == frame;
}

#include "threads.bpf.h"

#endif
