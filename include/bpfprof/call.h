/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a call and its end do to the tables. Part of account.h. */
#ifndef BPFPROF_ACC_CALL_H
#define BPFPROF_ACC_CALL_H

/* A call beneath another activation of its function. The first of these has its edge in
 * func->first; those of other edges are counted as open there. */
ACC_INLINE void acc_nested_open(__u32 i, const struct acc_edge *edge, const struct acc_func *func)
{
	struct acc_func_cold *fm = acc_func_cold(edge->func);
	struct acc_edge_cold *em = acc_edge_cold(i), *count = acc_open_count(func, i);

	if (!fm || !em || !count)
		return;
	fm->nested++;
	if (acc_is_first(func, i) || count->open++)
		em->nested++;
}

/* An activation that was open before it was seen: it is no call, but others are beneath it. */
ACC_INLINE void acc_edge_open_late(__u32 i)
{
	struct acc_edge *edge = acc_edge(i);
	struct acc_func *func = edge ? acc_func(edge->func) : 0;
	struct acc_edge_cold *em = acc_edge_cold(i), *count;

	if (!func || !em)
		return;
	count = acc_open_count(func, i);
	em->late++;
	if (!func->open++)
		func->first = i;
	else if (count && !acc_is_first(func, i))
		count->open++;
}

/* Counts the start of a call on its edge and function, and on its caller's edge. */
ACC_INLINE void acc_edge_open(struct acc_thread *s, __u32 i)
{
	struct acc_edge *edge = acc_edge(i);
	struct acc_func *func = edge ? acc_func(edge->func) : 0;
	__u32 from = acc_parent(s);
	struct acc_edge *parent = from ? acc_edge(from) : 0;

	if (!func)
		return;
	if (parent)
		parent->children++;
	edge->calls++;
	if (func->open++)
		acc_nested_open(i, edge, func);
	else
		func->first = i;
}

/*
 * A call of that kind on edge (0: lost). Returns its frame, to be started by acc_start (or by
 * hand), or 0 where the frame pool is used up and the call is lost.
 */
ACC_INLINE struct acc_frame *acc_push(struct acc_thread *s, __u32 edge, enum acc_kind kind,
				      __u64 pyframe)
{
	__u32 next = s->overflow ? 0 : acc_frame_next(s);
	struct acc_frame *f = next ? acc_frame(next) : 0;

	if (!f) {
		s->overflow++;
		acc_lose(ACC_LOSS_STACK_FULL, 1);
		return 0;
	}
	if (edge)
		acc_edge_open(s, edge);
	f->edge = edge;
	f->child_ticks = 0;
	f->pyframe = pyframe;
	f->prev = s->top;
	f->calls = s->calls++;
	f->late = 0;
	f->kind = kind;
	f->coroutine = 0;
	s->top = next;
	return f;
}

/* The same for an activation of a Python function that was open before it was seen. */
ACC_INLINE struct acc_frame *acc_push_late(struct acc_thread *s, __u32 edge, __u64 pyframe)
{
	struct acc_frame *f = acc_push(s, 0, ACC_KIND_PYTHON, pyframe);

	if (!f)
		return 0;
	if (edge)
		acc_edge_open_late(edge);
	f->edge = edge;
	f->calls = --s->calls - 1;
	f->late = ACC_LATE;
	return f;
}

#ifdef acc_clock
/* The end of an entry: a call on edge, whose time starts now. begin: when the profiler began with
 * it, where that is to be timed; else 0. */
ACC_INLINE void acc_open(struct acc_thread *s, __u32 edge, enum acc_kind kind, __u64 pyframe,
			 __u64 begin)
{
	struct acc_frame *f = acc_push(s, edge, kind, pyframe);

	if (!f)
		return;
	acc_start(s, f);
	if (begin)
		acc_time_entry(f->enter_ticks - begin);
}
#endif

/* Enters a call whose identity is known. Returns its frame, to be started; 0: the call is lost. */
ACC_INLINE struct acc_frame *acc_enter(struct acc_thread *s, __u32 thread, const struct acc_call *c)
{
	__u32 edge = acc_edge_guess(s, c->cheap);

	if (!edge)
		edge = acc_edge_for(s, thread, c);
	return acc_push(s, edge, c->kind, c->pyframe);
}

/* The reverse of acc_nested_open. */
ACC_INLINE void acc_nested_unopen(__u32 i, const struct acc_edge *edge, const struct acc_func *func)
{
	struct acc_func_cold *fm = acc_func_cold(edge->func);
	struct acc_edge_cold *em = acc_edge_cold(i), *count = acc_open_count(func, i);

	if (!fm || !em || !count)
		return;
	fm->nested--;
	if (acc_is_first(func, i) || --count->open)
		em->nested--;
}

/* The reverse of acc_edge_open, from: the caller's edge. */
ACC_INLINE void acc_edge_unopen(__u32 i, __u32 from)
{
	struct acc_edge *edge = acc_edge(i);
	struct acc_func *func = edge ? acc_func(edge->func) : 0;
	struct acc_edge *parent = from ? acc_edge(from) : 0;

	if (!func)
		return;
	if (parent)
		parent->children--;
	edge->calls--;
	if (--func->open)
		acc_nested_unopen(i, edge, func);
}

/* The innermost call, of pyframe, has not begun after all: it is no call, and its time is its
 * caller's. 0: another one is innermost, and nothing is done. */
ACC_NOINLINE int acc_take_back(struct acc_thread *s, __u64 pyframe)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	__u32 edge;

	if (!f || f->pyframe != pyframe || f->late || f->coroutine)
		return 0;
	edge = f->edge;
	s->top = f->prev;
	s->calls--;
	if (edge)
		acc_edge_unopen(edge, acc_parent(s));
	return 1;
}

/* A return beneath another activation of its function. 1: it is yet the outermost of its edge. */
ACC_STEP int acc_nested_close(__u32 i, __u64 elapsed, __u64 beneath)
{
	struct acc_edge *edge = acc_edge(i);
	struct acc_func *func = edge ? acc_func(edge->func) : 0;
	struct acc_func_cold *fm = func ? acc_func_cold(edge->func) : 0;
	struct acc_edge_cold *count = func ? acc_open_count(func, i) : 0;

	if (!fm || !count || acc_is_first(func, i) || --count->open)
		return 0;
	fm->overlap_ticks += elapsed;
	fm->overlap_beneath += beneath;
	return 1;
}

/* Counts the end of a call. 1: of the outermost activation of its edge. */
ACC_INLINE int acc_edge_close(struct acc_thread *s, const struct acc_frame *f,
			      struct acc_edge *edge, __u64 elapsed)
{
	struct acc_func *func = acc_func(edge->func);
	__u64 beneath = s->calls - f->calls - 1;

	edge->own_ticks += elapsed - f->child_ticks;
	if (!func)
		return 0;
	func->open--;
	if (ACC_RARE(func->block && !(f->late & ACC_LATE)))
		acc_block_hit(edge->func, s->row, elapsed, elapsed - f->child_ticks);
	if (func->open && !acc_nested_close(f->edge, elapsed, beneath))
		return 0;
	edge->cum_ticks += elapsed;
	edge->beneath += beneath;
	return 1;
}

/* Adds *more to *to. */
ACC_INLINE void acc_away_add(struct acc_away *to, const struct acc_away *more)
{
	to->off_ns += more->off_ns;
	to->wait_ns += more->wait_ns;
}

/* The frame at index i, closed, was away for so long, its children's time away included: own,
 * and cumulative where it was the outermost. row: its thread's, or 0. */
ACC_NOINLINE int acc_away_close(struct acc_frame *f, __u32 i, const struct acc_away *in_all,
				int outermost, struct acc_row *row)
{
	struct acc_away *children = acc_away(i), *parents;
	struct acc_edge_cold *em = f && f->edge ? acc_edge_cold(f->edge) : 0;
	struct acc_edge *edge = em ? acc_edge(f->edge) : 0;
	struct acc_func *func = edge ? acc_func(edge->func) : 0;
	struct acc_func_cold *fm = func && func->open ? acc_func_cold(edge->func) : 0;

	if (!f || !children || !in_all)
		return 0;
	parents = f->prev ? acc_away(f->prev) : 0;
	if (parents)
		acc_away_add(parents, in_all);
	if (em) {
		em->own.off_ns += in_all->off_ns - children->off_ns;
		em->own.wait_ns += in_all->wait_ns - children->wait_ns;
	}
	if (em && outermost)
		acc_away_add(&em->cum, in_all);
	if (fm && outermost)
		acc_away_add(&fm->overlap, in_all);
	acc_waits_close(f, i, outermost ? em : 0, fm && outermost ? func : 0, row);
	children->off_ns = 0;
	children->wait_ns = 0;
	return 0;
}

/* Adds what the thread's outermost frame f, which has ended, took in all to the thread's row. */
ACC_INLINE void acc_row_add(struct acc_row *row, const struct acc_thread *s,
			    const struct acc_frame *f, __u64 elapsed, const struct acc_away *away)
{
	row->calls += s->calls - f->calls - (f->late & ACC_LATE);
	row->own_ticks += elapsed;
	acc_away_add(&row->away, away);
}

/* Puts the call of f, which has ended after elapsed ticks, on the timeline, if there is one. */
ACC_INLINE void acc_edge_record(const struct acc_thread *s, const struct acc_frame *f,
				__u64 elapsed)
{
	if (ACC_RARE(acc_timeline_max > 1))
		acc_record(f->edge, s->row | (f->late & ACC_LATE ? ACC_EVENT_LATE : 0),
			   f->enter_ticks, elapsed);
}

/* Closes the innermost frame. Returns 0 where there was none. */
ACC_INLINE int acc_pop(struct acc_thread *s, struct acc_row *row, const struct acc_moment *now)
{
	__u32 i = s->top;
	struct acc_frame *f = i ? acc_frame(i) : 0;
	struct acc_frame *parent;
	struct acc_edge *edge;
	struct acc_away away;
	__u64 elapsed;
	int outermost = 0;

	if (!f)
		return 0;
	elapsed = now->at - f->enter_ticks;
	away.off_ns = now->away.off_ns - f->away.off_ns;
	away.wait_ns = now->away.wait_ns - f->away.wait_ns;
	edge = f->edge ? acc_edge(f->edge) : 0;
	if (edge) {
		outermost = acc_edge_close(s, f, edge, elapsed);
		acc_edge_record(s, f, elapsed);
	}
	if (ACC_RARE(away.off_ns)) {
		acc_waits_end(s, i, away.off_ns - away.wait_ns);
		acc_away_close(f, i, &away, outermost, row);
	}
	parent = f->prev ? acc_frame(f->prev) : 0;
	if (parent)
		parent->child_ticks += elapsed;
	else if (row)
		acc_row_add(row, s, f, elapsed, &away);
	s->top = f->prev;
	return 1;
}

#endif
