/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Waits for a GIL, from where a thread leaves its CPU to where it has been woken up. */
#ifndef BPFPROF_GIL_BPF_H
#define BPFPROF_GIL_BPF_H

#include "holders.bpf.h"

/* The running thread leaves its CPU, to wait for that GIL; 0: for no GIL. A wait of its own that is
 * over needs one look after it, which may have been taken. */
static __always_inline void gil_leave(struct acc_thread *s, __u64 now, __u64 gil)
{
	__u32 looked = 0;

	if (!gil && !s->gil_until && !gil_waiters())
		return;
	if (gil && gil != s->gil) {
		s->gil = gil;
		s->gil_until = 0; /* it was another's */
	}
	if (gil || gil_waiters() || s->gil_look == looks_taken())
		looked = gil_look(s, now, gil ? WAIT_BEGINS : 0);
	if (s->gil_until)
		gil_tell(s);
	if (gil)
		s->gil_look = looked;
}

/* Whether it is the running thread's, which is one of the process. */
static __always_inline int is_running(const struct acc_thread *s)
{
	if (!inlined)
		return s->tid == (__u32)bpf_get_current_pid_tgid();
	return s->tcb == TCB_OF_TRUSTED(bpf_get_current_task_btf());
}

/*
 * The running thread wakes up the one that waited for a GIL up to now. Where no other waits, and it
 * is the one that was seen at the lock as the wait began, no look is needed at the end: it cannot
 * let go of it without waking up who waits, so what it held then it has held all the while; what it
 * had let go of as it left its CPU was free until it came back. 0: that is not so.
 */
static __always_inline int gil_told_by_waker(struct acc_thread *s, __u64 now)
{
	struct acc_thread *waker = s->gil_seen ? acc_thread(s->gil_seen >> 1) : 0;
	__u64 from = s->out_ns;

	if (!waker || gil_untold || !is_running(waker) ||
	    *(volatile __u64 *)&gil_looks != ((__u64)s->gil_look << 32 | WAIT_BEGINS))
		return 0;
	ACC_ADD(&gil_looks, WAIT_IS_OVER);
	s->gil_turn = s->seen_turn + 1;
	if (s->gil_seen & SEEN_FREE && waker->back_ns > from) {
		hold_add(ACC_HOLD_FREE, waker->back_ns - from);
		from = waker->back_ns;
	}
	hold_add(holder_of(waker), now - from);
	return 1;
}

/* It has waited up to now. counted: that time is; woken: by the running thread. */
static __always_inline void gil_waited(struct acc_thread *s, __u64 now, int counted, int woken)
{
	int is_looked_at = woken && counted && bpf_get_current_pid_tgid() >> 32 == target_tgid;

	if (is_looked_at && gil_told_by_waker(s, now))
		return;
	s->gil_from = s->out_ns;
	s->gil_until = counted ? now : 0;
	s->gil_look = looks_taken();
	if (is_looked_at) {
		gil_look(s, now, WAIT_IS_OVER);
	} else {
		ACC_ADD(&gil_looks, WAIT_IS_OVER);
		gil_untold = 1;
	}
}

/* The running thread ends: nothing will be told of it any more. */
static __always_inline void gil_end(struct acc_thread *s)
{
	if (!s->gil_until)
		return;
	if (s->gil_look == looks_taken())
		gil_look(s, bpf_ktime_get_ns(), 0);
	gil_tell(s);
}

#endif
