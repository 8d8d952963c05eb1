/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Stacks that a thread has switched away from, as greenlets do, and comes back to. A parked stack
 * keeps its frames and its chunks; its time stands still. It is found by its innermost frame,
 * through buckets that take a chunk of the frame pool. Part of account.h.
 */
#ifndef BPFPROF_ACC_PARK_H
#define BPFPROF_ACC_PARK_H

#define ACC_PARKED_BUCKETS ((ACC_CHUNK - 1) * 16) /* indices in the elements behind a header */
#define ACC_PARKED_CHAIN   64u			  /* stacks of one bucket that are tried */

/* The stack whose first chunk that is, as it stands in the chunk's header while it is parked. */
ACC_INLINE struct acc_stack *acc_stack(__u32 chunk)
{
	return (struct acc_stack *)acc_frame(chunk);
}

/* Where the first parked stack of a frame's bucket stands; 0: the thread has no buckets. */
ACC_INLINE __u32 *acc_parked_bucket(struct acc_thread *s, __u64 pyframe)
{
	__u32 h = (__u32)(acc_mix(pyframe) >> 32) % ACC_PARKED_BUCKETS;
	struct acc_frame *f = s->parked ? acc_frame(s->parked + 1 + h / 16) : 0;

	return f ? (__u32 *)f + h % 16 : 0;
}

/* The first chunk of the parked stack whose innermost frame is pyframe; 0: there is none. */
ACC_NOINLINE __u32 acc_parked_find(struct acc_thread *s, __u64 pyframe)
{
	__u32 *bucket = s && s->parked ? acc_parked_bucket(s, pyframe) : 0;
	__u32 at = bucket ? *bucket : 0;

	for (__u32 n = 0; at && n < ACC_PARKED_CHAIN; n++) {
		struct acc_stack *st = acc_stack(at);

		if (!st)
			break;
		if (st->pyframe == pyframe && st->thread)
			return at;
		at = st->next;
	}
	return 0;
}

/* The same for a stride of frames from at on. The next one; 0: those were all. */
ACC_NOINLINE __u32 acc_move_some(__u32 at, const struct acc_thread *s,
				 const struct acc_stack *since, const struct acc_moment *now)
{
	for (__u32 n = 0; s && since && now && n < ACC_STRIDE; n++) {
		struct acc_frame *f = at ? acc_frame(at) : 0;

		if (!f)
			return 0;
		f->enter_ticks += now->at - since->at;
		f->away.off_ns += now->away.off_ns - since->away.off_ns;
		f->away.wait_ns += now->away.wait_ns - since->away.wait_ns;
		f->calls += s->calls - since->calls;
		at = f->prev;
	}
	return at;
}

/* Moves the frames of the running stack on by what it missed. */
ACC_INLINE void acc_move_on(struct acc_thread *s, const struct acc_stack *since,
			    const struct acc_moment *now)
{
	__u32 at = s->top;

	for (__u32 n = 0; at && n < ACC_MOVED_MAX / ACC_STRIDE; n++)
		at = acc_move_some(at, s, since, now);
}

/* The function of the open frame at an index, and where its edge is counted as open, where it has
 * them. */
struct acc_open_at {
	struct acc_frame *frame; /* 0: there is none */
	struct acc_func *func;
	struct acc_edge_cold *cold;
};

ACC_INLINE struct acc_open_at acc_open_at(__u32 at)
{
	struct acc_open_at o = {at ? acc_frame(at) : 0, 0, 0};
	struct acc_edge *edge = o.frame && o.frame->edge ? acc_edge(o.frame->edge) : 0;

	o.func = edge ? acc_func(edge->func) : 0;
	o.cold = o.func ? acc_open_count(o.func, o.frame->edge) : 0;
	return o;
}

/* A stride of what acc_shut does, from at on. The next one; 0: those were all. */
ACC_NOINLINE __u32 acc_shut_some(__u32 at)
{
	for (__u32 n = 0; n < ACC_STRIDE; n++) {
		struct acc_open_at o = acc_open_at(at);

		if (!o.frame)
			return 0;
		if (o.cold) {
			o.func->open--;
			if (!acc_is_first(o.func, o.frame->edge))
				o.cold->open--;
		}
		at = o.frame->prev;
	}
	return at;
}

/* What is parked is not open: calls of other stacks are not nested in it. */
ACC_NOINLINE int acc_shut(struct acc_thread *s)
{
	__u32 at = s ? s->top : 0;

	for (__u32 n = 0; at && n < ACC_MOVED_MAX / ACC_STRIDE; n++)
		at = acc_shut_some(at);
	return 0;
}

/* A stride of one pass of acc_reopen, from at on. The next one; 0: those were all. */
ACC_NOINLINE __u32 acc_reopen_some(__u32 at, __u32 pass)
{
	for (__u32 n = 0; n < ACC_STRIDE; n++) {
		struct acc_open_at o = acc_open_at(at);

		if (!o.frame)
			return 0;
		if (o.cold && !pass) {
			o.func->open++;
			o.func->first = o.frame->edge;
		} else if (o.cold && !acc_is_first(o.func, o.frame->edge)) {
			o.cold->open++;
		}
		at = o.frame->prev;
	}
	return at;
}

/* Open again, as acc_edge_open would have it: first the functions, whose outermost activation is
 * met last, then the edges nested in another's. */
ACC_NOINLINE int acc_reopen(struct acc_thread *s)
{
	for (__u32 pass = 0; pass < 2; pass++) {
		__u32 at = s ? s->top : 0;

		for (__u32 n = 0; at && n < ACC_MOVED_MAX / ACC_STRIDE; n++)
			at = acc_reopen_some(at, pass);
	}
	return 0;
}

/* Parks the running stack of the thread of that index; what runs next is empty. 0: it is empty
 * already, or the frame pool has no room for the buckets. */
ACC_NOINLINE int acc_park(struct acc_thread *s, __u32 thread, const struct acc_moment *now)
{
	struct acc_frame *top = s && s->top ? acc_frame(s->top) : 0;
	struct acc_stack *st = top ? acc_stack(s->chunk) : 0, *spare;
	__u32 *bucket;

	if (!st || !now)
		return 0;
	if (!s->parked)
		s->parked = acc_chunk_take(acc_frames_max);
	acc_waits_settle(s);
	bucket = acc_parked_bucket(s, top->pyframe);
	if (!bucket)
		return 0;
	acc_shut(s);
	st->at = now->at;
	st->away = now->away;
	st->calls = s->calls;
	st->pyframe = top->pyframe;
	st->top = s->top;
	st->thread = thread;
	st->next = *bucket;
	*bucket = s->chunk;
	s->top = 0;
	s->special = 0;
	s->chunk = s->spare;
	spare = s->spare ? acc_stack(s->spare) : 0;
	s->spare = spare ? spare->next : 0;
	return 1;
}

/* Takes a parked stack out of its bucket. 1: it was there. */
ACC_INLINE int acc_parked_take(struct acc_thread *s, __u32 chunk, __u64 pyframe)
{
	__u32 *bucket = acc_parked_bucket(s, pyframe);
	struct acc_stack *before = 0;
	__u32 at = bucket ? *bucket : 0;

	for (__u32 n = 0; at && n < ACC_PARKED_CHAIN; n++) {
		struct acc_stack *st = acc_stack(at);

		if (!st)
			return 0;
		if (at == chunk) {
			if (before)
				before->next = st->next;
			else
				*bucket = st->next;
			return 1;
		}
		before = st;
		at = st->next;
	}
	return 0;
}

/* Runs a parked stack again, where none runs: the one of that first chunk. */
ACC_NOINLINE int acc_unpark(struct acc_thread *s, __u32 chunk, const struct acc_moment *now)
{
	struct acc_stack *st = s && chunk ? acc_stack(chunk) : 0, *old;

	if (!st || !now || s->top || !acc_parked_take(s, chunk, st->pyframe))
		return 0;
	old = s->chunk ? acc_stack(s->chunk) : 0;
	if (old) {
		old->next = s->spare;
		s->spare = s->chunk;
	}
	s->chunk = chunk;
	s->top = st->top;
	acc_move_on(s, st, now);
	acc_reopen(s);
	st->thread = 0;
	return 1;
}

#endif
