/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Time blocked, by reason. A wait is charged where the thread comes back from it: to the innermost
 * open frame, as its own. So calls in which nobody waits are not touched by it. Waits of one frame
 * for one reason are kept at the thread, whose entry is at hand then, until another comes or the
 * frame ends. As frames end, what their calls waited adds up in their callers. Part of account.h.
 */
#ifndef BPFPROF_ACC_WAIT_H
#define BPFPROF_ACC_WAIT_H

/* Adds *more to *to, reason by reason. */
ACC_INLINE void acc_reasons_add(struct acc_reasons *to, const struct acc_reasons *more)
{
	for (__u32 r = 0; r < ACC_REASONS; r++)
		to->ns[r] += more->ns[r];
}

/* All of them. */
ACC_INLINE __u64 acc_reasons_sum(const struct acc_reasons *a)
{
	__u64 sum = 0;

	for (__u32 r = 0; r < ACC_REASONS; r++)
		sum += a->ns[r];
	return sum;
}

/* The split that *index names, taken at its first need; 0: none is left. The kernel charges a
 * thread that is in the midst of this, too. */
ACC_INLINE struct acc_split *acc_split_for(__u32 *index)
{
	struct acc_ctl *ctl = acc_ctl();
	__u32 i = *(volatile __u32 *)index, other;

	if (!i && ctl && *(volatile __u32 *)&ctl->splits + 1 < acc_splits_max) {
		i = ACC_ADD(&ctl->splits, 1) + 1;
		other = i < acc_splits_max ? ACC_CAS(index, 0, i) : 0;
		if (other)
			i = other;
	}
	if (i && i < acc_splits_max)
		return acc_split(i);
	acc_lose(ACC_LOSS_SPLITS_FULL, 1);
	return 0;
}

/* The frame that the thread is in; 0: none. An innermost one that an exception has passed is gone.
 */
ACC_INLINE __u32 acc_innermost(const struct acc_thread *s)
{
	__u32 at = s->top;
	struct acc_frame *f = at && s->marked ? acc_frame(at) : 0;

	return f ? f->prev : at;
}

/* Charges ns of what is kept at the thread to the frame at index at. */
ACC_NOINLINE int acc_waits_charge(struct acc_thread *s, __u32 at, __u64 ns)
{
	__u32 reason = s ? s->waited_reason : ACC_REASONS;
	struct acc_frame *f = at ? acc_frame(at) : 0;
	struct acc_reasons *sum = f ? acc_reasons(at) : 0;
	struct acc_edge_cold *em;
	struct acc_split *split;

	if (!s || !sum || reason >= ACC_REASONS)
		return 0;
	sum->ns[reason] += ns;
	em = f->edge ? acc_edge_cold(f->edge) : 0;
	split = em ? acc_split_for(&em->split) : 0;
	if (split)
		split->own.ns[reason] += ns;
	return 0;
}

/* Charges all that is kept there to the frame that waited; to its caller where that has ended,
 * or began after that. */
ACC_NOINLINE int acc_waits_settle(struct acc_thread *s)
{
	__u32 at = s ? s->waited_frame : 0;
	struct acc_frame *f = at ? acc_frame(at) : 0;

	if (!s || !f)
		return 0;
	if ((s->top && f->prev == s->top) || (__s64)(f->away.off_ns - s->waited_off) > 0)
		at = f->prev;
	acc_waits_charge(s, at, s->waited_ns);
	s->waited_ns = 0;
	s->waited_frame = 0;
	return 0;
}

/*
 * The frame at index i ends, and was blocked for so long, itself and its calls: charges it with no
 * more of what is kept than is missing of that. A thread may wait while the profiler enters or
 * leaves the frame in its place, where its frame begins after that or has ended before: that time
 * is the caller's, by any clock.
 */
ACC_NOINLINE int acc_waits_end(struct acc_thread *s, __u32 i, __u64 blocked)
{
	struct acc_frame *f = i ? acc_frame(i) : 0;
	struct acc_reasons *sum = f ? acc_reasons(i) : 0;
	__u64 missing;

	if (!s || !sum || !s->waited_frame)
		return 0;
	missing = blocked - acc_reasons_sum(sum);
	if ((__s64)missing > 0) {
		missing = missing < s->waited_ns ? missing : s->waited_ns;
		acc_waits_charge(s, i, missing);
		s->waited_ns -= missing;
	}
	if (s->waited_frame == i)
		s->waited_frame = f->prev;
	if (!s->waited_frame || !s->waited_ns)
		s->waited_frame = s->waited_ns = 0;
	return 0;
}

/* The thread has waited so long. 0: it is in no frame that waits. */
ACC_INLINE int acc_waited(struct acc_thread *s, __u32 reason, __u64 ns)
{
	__u32 at = acc_innermost(s);

	if (!at)
		return 0;
	if (s->waited_frame && (s->waited_frame != at || s->waited_reason != reason))
		acc_waits_settle(s);
	if (!s->waited_frame)
		s->waited_off = s->away.off_ns;
	s->waited_frame = at;
	s->waited_reason = reason;
	s->waited_ns += ns;
	return 1;
}

/* What waiting for others is: in queues, locks and by descriptors. */
#define ACC_IS_FOR_OTHERS(reason)                                                                  \
	((reason) == ACC_REASON_LOCK || (reason) == ACC_REASON_PIPE ||                             \
	 (reason) == ACC_REASON_SOCKET || (reason) == ACC_REASON_POLL)

/* How long it was waited for others. */
ACC_INLINE __u64 acc_for_others(const struct acc_reasons *a)
{
	__u64 ns = 0;

	for (__u32 r = 0; r < ACC_REASONS; r++)
		ns += ACC_IS_FOR_OTHERS(r) ? a->ns[r] : 0;
	return ns;
}

/* What waits in the frame's function are. */
ACC_INLINE __u32 acc_idle_in(const struct acc_frame *f)
{
	struct acc_edge *edge = f && f->edge ? acc_edge(f->edge) : 0;
	struct acc_func *func = edge ? acc_func(edge->func) : 0;

	return func ? func->idle : ACC_IDLE_NONE;
}

#define ACC_IDLE_DEEP 6u /* frames beneath a function that waits for work, in which it waits */

/* Whether the thread, which waits for that reason, waits for work. */
ACC_INLINE int acc_waits_idle(const struct acc_thread *s, __u32 reason)
{
	__u32 at = ACC_IS_FOR_OTHERS(reason) ? acc_innermost(s) : 0, own = 1;

	for (__u32 n = 0; at && n < ACC_IDLE_DEEP; n++) {
		const struct acc_frame *f = acc_frame(at);
		__u32 idle = acc_idle_in(f);

		if (idle == ACC_IDLE_WHOLE || (idle == ACC_IDLE_OWN && own))
			return 1;
		own = own && f && f->kind == ACC_KIND_C;
		at = f ? f->prev : 0;
	}
	return 0;
}

/* The same, remembered for as long as the thread is in that frame: those that it was called from do
 * not change. */
ACC_INLINE int acc_waits_idle_again(struct acc_thread *s, __u32 reason)
{
	__u32 at = s->waits_idle && ACC_IS_FOR_OTHERS(reason) ? acc_innermost(s) : 0;
	const struct acc_frame *f = at ? acc_frame(at) : 0;

	if (!f)
		return 0;
	if (s->idle_frame != at || s->idle_ticks != f->enter_ticks) {
		s->idle = acc_waits_idle(s, reason);
		s->idle_ticks = f->enter_ticks;
		s->idle_frame = at;
	}
	return s->idle;
}

/* The frame, closed, has waited so, itself and its calls. What is idle is added up in the row: all
 * of a function that waits for work, less what its calls waited that do the work. */
ACC_NOINLINE int acc_idle_close(struct acc_frame *f, const struct acc_reasons *sum,
				struct acc_row *row)
{
	if (!f || !sum || !row)
		return 0;
	if (acc_idle_in(f) != ACC_IDLE_NONE)
		row->idle_ns += acc_for_others(sum);
	if (f->kind != ACC_KIND_C && f->prev && acc_idle_in(acc_frame(f->prev)) == ACC_IDLE_OWN)
		row->idle_ns -= acc_for_others(sum);
	return 0;
}

/* The frame at index i, closed, has waited, itself and its calls: adds that to its caller, or to
 * the row where it has none, and where it was the outermost to its edge, and as counted twice to
 * func. */
ACC_INLINE void acc_waits_close(struct acc_frame *f, __u32 i, struct acc_edge_cold *edge,
				struct acc_func *twice, struct acc_row *row)
{
	struct acc_reasons *sum = acc_reasons(i), *callers = f->prev ? acc_reasons(f->prev) : 0;
	struct acc_split *split;

	if (!sum || !acc_reasons_sum(sum))
		return;
	acc_idle_close(f, sum, row);
	if (callers)
		acc_reasons_add(callers, sum);
	else if (row)
		acc_reasons_add(&row->reasons, sum);
	split = edge ? acc_split_for(&edge->split) : 0;
	if (split)
		acc_reasons_add(&split->cum, sum);
	split = twice ? acc_split_for(&twice->split) : 0;
	if (split)
		acc_reasons_add(&split->cum, sum);
	*sum = (struct acc_reasons){0};
}

#endif
