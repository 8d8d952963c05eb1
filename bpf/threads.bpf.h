/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The entries of threads: found, taken, given back. Part of core.bpf.h. */
#ifndef THREADS_BPF_H
#define THREADS_BPF_H

/* A row for the life of the thread that is running; 0: none left. */
static __always_inline __u32 row_take(__u32 tid)
{
	__u32 i = acc_row_take(rows_max, tid, acc_clock());
	struct acc_row *row = i ? acc_row(i) : 0;

	if (row)
		bpf_get_current_comm(row->comm, sizeof(row->comm));
	return i;
}

/* Whether the running thread was there before the attach, so that frames of it may be open. */
static __always_inline int thread_is_old(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, start_time) < attach_ns;
}

/* The address of the running thread's control block. */
static __always_inline __u64 tcb_current(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return TCB_OF(task);
}

/*
 * Entries whose thread has ended, to be used again: a list, the first of which is in the lower half
 * and the number of changes in the upper, by which an entry that went and came back meanwhile is
 * told (Treiber's stack). No map of the kernel's: before 6.2 programs that may sleep have no
 * stacks.
 */
__u64 threads_free = 0;

#define FREE_TRIES 16 /* of others at the same moment; then the entry is left out */

#define FREE_FIRST(first, was) ((((was) >> 32) + 1) << 32 | (first))

static __always_inline void thread_free_add(struct acc_thread *s, __u32 i)
{
	for (__u32 n = 0; n < FREE_TRIES; n++) {
		__u64 was = *(volatile __u64 *)&threads_free;

		s->next_free = was;
		if (ACC_CAS(&threads_free, was, FREE_FIRST(i, was)) == was)
			return;
	}
}

/* 0: there is none. */
static __always_inline __u32 thread_free_take(void)
{
	for (__u32 n = 0; n < FREE_TRIES; n++) {
		__u64 was = *(volatile __u64 *)&threads_free;
		struct acc_thread *s = (__u32)was ? acc_thread((__u32)was) : 0;

		if (!s)
			return 0;
		if (ACC_CAS(&threads_free, was, FREE_FIRST(s->next_free, was)) == was)
			return was;
	}
	return 0;
}

/* A thread for the thread that is running, which has none; 0: none left. */
__noinline __u32 thread_take(__u32 tid)
{
	__u64 tcb = tcb_current();
	struct acc_ctl *ctl = acc_ctl();
	struct acc_thread *s;
	__u32 i;

	if (!ctl)
		return 0;
	i = thread_free_take();
	if (!i)
		i = ACC_ADD(&ctl->threads, 1) + 1;
	s = i && i < threads_max ? acc_thread(i) : 0;
	if (!s || bpf_map_update_elem(&thread_of_tid, &tid, &i, BPF_ANY)) {
		acc_lose(ACC_LOSS_THREADS_FULL, 1);
		return 0;
	}
	bpf_map_update_elem(&thread_of_tcb, &tcb, &i, BPF_ANY);
	acc_thread_anew(s);
	s->row = row_take(tid);
	s->predates = thread_is_old();
	s->tid = tid;
	return i;
}

/* Index of the running thread's entry; 0: none left. */
static __always_inline __u32 thread_current(void)
{
	__u32 zero = 0, tid = bpf_get_current_pid_tgid();
	__u32 *hint = bpf_map_lookup_elem(&thread_hint, &zero), *known, i;
	struct acc_thread *s;

	if (!hint)
		return 0;
	i = *(volatile __u32 *)hint;
	s = i ? acc_thread(i) : 0;
	if (s && s->tid == tid)
		return i;
	known = bpf_map_lookup_elem(&thread_of_tid, &tid);
	i = known ? *known : thread_take(tid);
	*hint = i;
	return i;
}

/* *s is the running thread, whose index is at, and its row is returned; NULL: there is none. *now,
 * whose time is filled in, is completed by what the thread was away until then. */
static __always_inline struct acc_row *row_then(__u32 at, struct acc_thread **s,
						struct acc_moment *now)
{
	struct acc_row *row;

	*s = at ? acc_thread(at) : 0;
	row = *s ? acc_row((*s)->row) : 0;
	if (row)
		acc_was(*s, now);
	return row;
}

/* Of the places of that control block some, from the nth on. */
__noinline __u32 thread_by_tcb_some(__u64 tcb, __u32 first)
{
	ONE_BY_ONE
	for (__u32 n = 0; n < SOME; n++) {
		__u32 i = ACC_THREAD_AT(tcb, first + n, threads_max);
		struct acc_thread *s = i ? acc_thread(i) : 0;

		if (s && s->tcb == tcb)
			return i;
	}
	return 0;
}

/* Inline: the thread that the stub has taken for the thread of that control block; 0: none. */
__noinline __u32 thread_by_tcb(__u64 tcb)
{
	__u32 first = ACC_THREAD_AT(tcb, 0, threads_max), i = 0;
	struct acc_thread *s = first ? acc_thread(first) : 0;

	if (s && s->tcb == tcb && tcb)
		return first;
	ONE_BY_ONE
	for (__u32 n = 0; tcb && !i && n < ACC_THREAD_PROBE; n += SOME)
		i = thread_by_tcb_some(tcb, n);
	return i;
}

/* Inline: takes a thread for the running thread, whose control block is at tcb, as the stub does
 * (user/stub/in_stub.h); 0: none left. */
__noinline __u32 thread_take_inline(__u64 tcb)
{
	if (!tcb)
		return 0;
	for (__u32 n = 0; n < ACC_THREAD_PROBE; n++) {
		__u32 i = ACC_THREAD_AT(tcb, n, threads_max);
		struct acc_thread *s = i ? acc_thread(i) : 0;

		if (!s || s->tcb || s->top || ACC_CAS(&s->tcb, 0, tcb))
			continue;
		acc_thread_anew(s);
		s->tid = bpf_get_current_pid_tgid();
		s->predates = thread_is_old();
		s->row = row_take(s->tid);
		return i;
	}
	acc_lose(ACC_LOSS_THREADS_FULL, 1);
	return 0;
}

/* The thread of an inline entry is no more. Its row gets its number in the initial pid namespace,
 * for the stub knows that of its own alone. */
static __always_inline int thread_release_inline(void)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	__u32 i = pid_tgid >> 32 == target_tgid ? thread_by_tcb(tcb_current()) : 0;
	struct acc_thread *s = i ? acc_thread(i) : 0;
	struct acc_row *row = s && s->row ? acc_row(s->row) : 0;

	if (row) {
		row->tid = pid_tgid;
		row->end_ns = counted_by(clock_ns());
		bpf_get_current_comm(row->comm, sizeof(row->comm));
	}
	if (!s)
		return 0;
	if (s->top)
		s->end_ns = counted_by(clock_ns());
	s->tstate = 0;
	s->tcb = 0;
	return 1;
}

/* The running thread is no more: it exits, or another program takes its place. An entry with frames
 * open is kept for user space to close at end_ns. 0: it had none. */
static __always_inline int thread_release(void)
{
	__u32 tid = bpf_get_current_pid_tgid(), i;
	__u32 *known = bpf_map_lookup_elem(&thread_of_tid, &tid);
	__u64 tcb = tcb_current();
	struct acc_thread *s;
	struct acc_row *row;

	if (inlined)
		return thread_release_inline();
	if (!known)
		return 0;
	i = *known;
	bpf_map_delete_elem(&thread_of_tid, &tid);
	bpf_map_delete_elem(&thread_of_tcb, &tcb);
	s = acc_thread(i);
	if (!s)
		return 1;
	row = s->row ? acc_row(s->row) : 0;
	if (row) {
		row->end_ns = counted_by(clock_ns());
		bpf_get_current_comm(row->comm, sizeof(row->comm)); /* named since */
	}
	s->tid = 0;
	s->tstate = 0;
	if (s->top)
		s->end_ns = counted_by(clock_ns());
	else
		thread_free_add(s, i);
	return 1;
}

#endif
