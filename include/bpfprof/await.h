/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose tasks coroutines await. Part of account.h. */
#ifndef BPFPROF_ACC_AWAIT_H
#define BPFPROF_ACC_AWAIT_H

#define ACC_AWAIT_PROBE 16u

/* The element of that key, taken where there is none; 0 and a loss counted where there is no room.
 */
ACC_NOINLINE __u32 acc_await_of(__u64 key)
{
	for (__u32 n = 0; n < ACC_AWAIT_PROBE; n++) {
		__u32 i = ((__u32)(key >> 20) + n) & acc_mask_awaits;
		struct acc_await *at = i ? acc_await(i) : 0;
		__u64 had = at ? *(volatile __u64 *)&at->key : 1;

		if (!had)
			had = ACC_CAS(&at->key, 0, key);
		if (at && (!had || had == key))
			return i;
	}
	acc_lose(ACC_LOSS_AWAITS_FULL, 1);
	return 0;
}

/* How it is awaited, and in how many tasks, in one number. */
#define ACC_AWAIT(in, tasks) ((__u32)(in) | (__u32)(tasks) << 8)

#define ACC_COROUTINE_UNKNOWN (~0u) /* for a frame: it had begun unseen, and there is no room */

/* The coroutine that runs in the frame; 0: none does that is known. */
ACC_INLINE struct acc_coroutine *acc_coroutine_in(const struct acc_frame *f)
{
	__u32 i = f ? f->coroutine : 0;

	return i && i != ACC_COROUTINE_UNKNOWN ? acc_coroutine(i) : 0;
}

/* The innermost frame, of a coroutine that is about to be suspended, awaits tasks of the function
 * c: how by ACC_AWAIT. Once for each function. */
ACC_NOINLINE int acc_await_tasks(struct acc_thread *s, __u64 pyframe, const struct acc_call *c,
				 __u32 how)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	struct acc_coroutine *of = acc_coroutine_in(f);
	__u32 code = of && c && f->pyframe == pyframe ? acc_code_of(c) : 0, i;
	struct acc_await *at;

	if (!code)
		return 0;
	i = acc_await_of(
		acc_key((__u64)of->edge << 32 | of->await, (__u64)code << 32 | (how & 255)));
	at = i ? acc_await(i) : 0;
	if (!at)
		return 0;
	at->edge = of->edge;
	at->code = code;
	at->in = how & 255;
	at->prev = of->await;
	ACC_ADD(&at->tasks, how >> 8);
	of->await = i;
	return 0;
}

/* It goes on after a pause. */
ACC_INLINE void acc_await_end(struct acc_coroutine *c)
{
	struct acc_await *at = c->await ? acc_await(c->await) : 0;

	if (at)
		ACC_ADD(&at->ticks, c->pause_ticks);
	c->await = 0;
}

#endif
