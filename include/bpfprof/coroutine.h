/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Coroutines from their first start to their end. Each activation, from one suspension to the next,
 * is a call like any other; what belongs to one coroutine is found by its frame, whose address is
 * its own as long as it lives. Part of account.h.
 */
#ifndef BPFPROF_ACC_COROUTINE_H
#define BPFPROF_ACC_COROUTINE_H

/* How an activation begins. */
enum acc_start {
	ACC_NO_START, /* it is no coroutine's */
	ACC_BEGINS,
	ACC_GOES_ON,  /* after a yield to whom iterates over it, or with an exception thrown in */
	ACC_AWAITED,  /* after an await: what it awaited, or it itself as awaited, goes on */
	ACC_IF_BEGUN, /* with an exception thrown in: if it is known, else it never begins */
};

/* How it ends. */
enum acc_end {
	ACC_RETURNS,
	ACC_RAISES,
	ACC_SUSPENDS, /* and on by enum acc_wait: what it is suspended in */
	ACC_NO_END = ACC_SUSPENDS + ACC_WAITS,
};

#define ACC_COROUTINE_PROBE 32u /* buckets that a frame may have, of a power of two of them */

/* The n-th of the indices at which the coroutine of that frame may stand. */
ACC_INLINE __u32 acc_coroutine_bucket(__u64 pyframe, __u32 n)
{
	__u32 first = (__u32)(acc_mix(pyframe) >> 20) & ~(ACC_COROUTINE_PROBE - 1);

	return (first + n) & acc_mask_coroutines;
}

/* The one that runs in that frame; 0: none is known. */
ACC_NOINLINE __u32 acc_coroutine_find(__u64 pyframe)
{
	for (__u32 n = 0; n < ACC_COROUTINE_PROBE; n++) {
		__u32 i = acc_coroutine_bucket(pyframe, n);
		struct acc_coroutine_frame *at = i ? acc_coroutine_frame(i) : 0;

		if (at && *(volatile __u64 *)&at->pyframe == pyframe)
			return i;
	}
	return 0;
}

/* A new one in a frame that none has; 0: there is no bucket. */
ACC_NOINLINE __u32 acc_coroutine_take(__u64 pyframe)
{
	for (__u32 n = 0; n < ACC_COROUTINE_PROBE; n++) {
		__u32 i = acc_coroutine_bucket(pyframe, n);
		struct acc_coroutine_frame *at = i ? acc_coroutine_frame(i) : 0;

		if (at && !*(volatile __u64 *)&at->pyframe && !ACC_CAS(&at->pyframe, 0, pyframe))
			return i;
	}
	return 0;
}

/* Edges are their threads' own, but a coroutine may end on another thread than it began on. */
#define ACC_LIFE_ADD(life, field, n) ACC_ADD(&(life)->field, n)

/* The coroutine that runs in the frame begins: on the edge of its first activation. */
ACC_INLINE __u32 acc_coroutine_begin(const struct acc_frame *f)
{
	__u32 i = acc_coroutine_find(f->pyframe);
	struct acc_coroutine *c;
	struct acc_life *life;

	if (i) {
		c = acc_coroutine(i);
		life = c && !c->late ? acc_life(c->edge) : 0;
		if (life)
			ACC_LIFE_ADD(life, unseen, 1);
	} else {
		i = acc_coroutine_take(f->pyframe);
		if (!i)
			acc_lose(ACC_LOSS_COROUTINES_FULL, 1);
	}
	c = i ? acc_coroutine(i) : 0;
	life = c ? acc_life(f->edge) : 0;
	if (!life)
		return 0;
	*c = (struct acc_coroutine){.begun_ticks = f->enter_ticks, .edge = f->edge, .in = ACC_RUNS};
	ACC_LIFE_ADD(life, begun, 1);
	return i;
}

/* It goes on; one that is not known had begun before it was seen, or when there was no bucket, and
 * is not lost once more where there is none now: its end is told all the same. */
ACC_INLINE __u32 acc_coroutine_go_on(const struct acc_frame *f)
{
	__u32 i = acc_coroutine_find(f->pyframe);
	struct acc_coroutine *c = i ? acc_coroutine(i) : 0;

	if (c) {
		c->pause_ticks = f->enter_ticks - c->suspended_ticks;
		c->in |= ACC_RUNS;
		acc_await_end(c);
		return i;
	}
	i = acc_coroutine_take(f->pyframe);
	c = i ? acc_coroutine(i) : 0;
	if (!c)
		return ACC_COROUTINE_UNKNOWN;
	*c = (struct acc_coroutine){.edge = f->edge, .late = 1, .in = ACC_RUNS};
	return i;
}

/* The first that a coroutine does as it goes on is to go on with the one that it awaits. */
ACC_INLINE void acc_coroutine_awaits(const struct acc_frame *f)
{
	struct acc_frame *by = f->prev ? acc_frame(f->prev) : 0;
	struct acc_coroutine *c = acc_coroutine_in(by);

	if (!c || f->calls != by->calls + 1)
		return;
	c->in_ticks[ACC_IN_COROUTINE] += c->pause_ticks;
	c->pause_ticks = 0;
}

/* The one of that frame, suspended, has awaited another until now. */
ACC_NOINLINE int acc_coroutine_awaited(__u64 pyframe, __u64 now)
{
	__u32 i = acc_coroutine_find(pyframe);
	struct acc_coroutine *c = i ? acc_coroutine(i) : 0;

	if (!c)
		return 0;
	c->in_ticks[ACC_IN_COROUTINE] += now - c->suspended_ticks;
	c->suspended_ticks = now;
	return 0;
}

/* The innermost frame, which has just been entered, is an activation of a coroutine. */
ACC_NOINLINE int acc_coroutine_enter(struct acc_thread *s, enum acc_start how)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;

	if (!f || how == ACC_NO_START || (how == ACC_IF_BEGUN && !acc_coroutine_find(f->pyframe)))
		return 0;
	acc_other(s); /* what follows no constant knows of */
	f->coroutine = how == ACC_BEGINS ? acc_coroutine_begin(f) : acc_coroutine_go_on(f);
	if (how == ACC_AWAITED)
		acc_coroutine_awaits(f);
	return 0;
}

/* The innermost frame, which is about to be closed, was taken for the start of one that never
 * begins. */
ACC_NOINLINE int acc_coroutine_never(struct acc_thread *s)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	struct acc_coroutine *c = acc_coroutine_in(f);
	struct acc_coroutine_frame *at = c ? acc_coroutine_frame(f->coroutine) : 0;
	struct acc_life *life = at ? acc_life(c->edge) : 0;

	if (!life)
		return 0;
	ACC_LIFE_ADD(life, begun, -1ull);
	f->coroutine = 0;
	ACC_CAS(&at->pyframe, f->pyframe, 0);
	return 0;
}

/* One that began unseen ends. */
ACC_INLINE void acc_coroutine_end_late(__u32 edge)
{
	struct acc_life *life = acc_life(edge);

	if (life)
		ACC_LIFE_ADD(life, late, 1);
}

/* What the coroutine was in all, for its edge. */
ACC_INLINE void acc_coroutine_end(const struct acc_coroutine *c, __u64 now, int raised)
{
	struct acc_life *life = acc_life(c->edge);

	if (c->late) {
		acc_coroutine_end_late(c->edge);
		return;
	}
	if (!life)
		return;
	ACC_LIFE_ADD(life, ended, 1);
	ACC_LIFE_ADD(life, raised, raised);
	ACC_LIFE_ADD(life, elapsed_ticks, now - c->begun_ticks);
	ACC_LIFE_ADD(life, running_ticks, c->running_ticks);
	ACC_LIFE_ADD(life, awaiting_ticks, c->in_ticks[ACC_IN_COROUTINE]);
	ACC_LIFE_ADD(life, in_task_ticks, c->in_ticks[ACC_IN_TASK]);
	ACC_LIFE_ADD(life, in_gather_ticks, c->in_ticks[ACC_IN_GATHER]);
	ACC_LIFE_ADD(life, in_future_ticks, c->in_ticks[ACC_IN_FUTURE]);
	ACC_LIFE_ADD(life, in_sleep_ticks, c->in_ticks[ACC_IN_SLEEP]);
	ACC_LIFE_ADD(life, in_executor_ticks, c->in_ticks[ACC_IN_EXECUTOR]);
}

/* What it was suspended in last, unless the one that it awaited has gone on since. */
ACC_INLINE void acc_coroutine_was_in(struct acc_coroutine *c)
{
	__u32 in = *(volatile __u8 *)&c->in & ~ACC_RUNS;

	if (in < ACC_WAITS)
		c->in_ticks[in] += c->pause_ticks;
	c->pause_ticks = 0;
}

/* The innermost frame, which is about to be closed, is an activation that ends now. */
ACC_NOINLINE int acc_coroutine_leave(struct acc_thread *s, __u64 now, enum acc_end how)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	struct acc_coroutine *c = acc_coroutine_in(f);
	struct acc_coroutine_frame *at = c ? acc_coroutine_frame(f->coroutine) : 0;

	if (f && f->coroutine == ACC_COROUTINE_UNKNOWN && how < ACC_SUSPENDS)
		acc_coroutine_end_late(f->edge);
	if (!at)
		return 0;
	c->running_ticks += now - f->enter_ticks;
	c->suspended_ticks = now;
	acc_coroutine_was_in(c);
	if (how >= ACC_SUSPENDS) {
		c->in = how - ACC_SUSPENDS;
		return 0;
	}
	acc_coroutine_end(c, now, how == ACC_RAISES);
	ACC_CAS(&at->pyframe, f->pyframe, 0); /* after all else, for another to take it */
	return 0;
}

#endif
