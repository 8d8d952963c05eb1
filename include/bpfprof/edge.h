/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Code objects, functions and edges of a call: by identity, or by a guess that is checked. Part of
 * account.h. */
#ifndef BPFPROF_ACC_EDGE_H
#define BPFPROF_ACC_EDGE_H

/* Index of the code object of a call, entered at its first sight, with its names; 0: the table is
 * full. */
ACC_NOINLINE __u32 acc_code_of(const struct acc_call *c)
{
	struct acc_ctl *ctl = acc_ctl();
	struct acc_code *code;
	__u64 found;

	if (!c || !ctl)
		return 0;
	found = acc_find_code(c->ident);
	if (!(found & ACC_FRESH))
		return (__u32)found;
	code = acc_code((__u32)found);
	if (!code)
		return 0;
	ACC_ADD(&ctl->codes, 1);
	code->line = c->line;
	code->kind = c->kind;
	code->track = c->track;
	acc_code_fill(code, c);
	code->row = acc_row_of(code);
	return (__u32)found;
}

#define ACC_FUNC_NEW 0x80000000u

/* Index of the callee, of that code object, as that thread calls it, entered at the row's first
 * call, with ACC_FUNC_NEW then; 0: the table is full. */
ACC_NOINLINE __u32 acc_func_of(struct acc_thread *s, __u32 thread, __u32 code, __u64 ident)
{
	struct acc_code *of = code ? acc_code(code) : 0;
	__u64 own = acc_key(ident, thread), key;
	__u32 i = of ? acc_find_func(own) : 0; /* it had no row yet, or has none */
	struct acc_func *func;

	if (!s || !of)
		return 0;
	if (i)
		return i;
	key = of->row ? acc_key(of->row, thread) : own;
	i = of->row ? acc_find_func(key) : 0;
	if (i)
		return i;
	i = acc_add_func(s, key);
	func = i ? acc_func(i) : 0;
	if (!func)
		return 0;
	func->thread = thread;
	func->code = code;
	return i | ACC_FUNC_NEW;
}

/* What the names of a new function of the thread say: whether its calls are a block, and what waits
 * in them are. */
ACC_INLINE void acc_func_tell(struct acc_thread *s, __u32 i, __u32 track)
{
	struct acc_func *func = acc_func(i);
	struct acc_code *code = func ? acc_code(func->code) : 0;
	struct acc_ctl *ctl = acc_ctl();

	if (!code || !ctl)
		return;
	if (!code->track)
		code->track = acc_track_of(ctl, code);
	func->idle = acc_idle_of(ctl, code);
	if (func->idle != ACC_IDLE_NONE)
		s->waits_idle = 1;
	/* another thread may be about to write what it saw first */
	if (track || code->track)
		func->block = ACC_BLOCK_NEW;
}

/* The key by which the edge of this thread's calls in that context, of what has that identity, is
 * found. */
ACC_INLINE __u64 acc_edge_key(__u64 ident, __u32 thread, __u32 context)
{
	return acc_key(ident, ((__u64)thread << 32) | context);
}

/*
 * The edge i, new, of what has that identity: where another code object of its row was seen first,
 * both count on that one's edge what is open, which is added where there is none yet. Of call paths
 * each is of a context of its own, in which no other is open, but for folded ones.
 */
ACC_NOINLINE int acc_edge_join(struct acc_thread *s, __u32 i, __u64 ident)
{
	struct acc_edge *edge = acc_edge(i), *of;
	struct acc_func *func = edge ? acc_func(edge->func) : 0;
	struct acc_code *code = func ? acc_code(func->code) : 0;
	struct acc_edge_cold *more = acc_edge_cold(i), *first;
	struct acc_ctl *ctl = acc_ctl();
	__u64 key;
	__u32 j;

	if (!s || !code || !more || !ctl || code->key == ident ||
	    (ctl->paths && !(more->context & ACC_FOLDED)))
		return 0;
	key = acc_edge_key(code->key, func->thread, more->context);
	j = acc_find_edge(key);
	if (!j)
		j = acc_add_edge(s, key);
	of = j ? acc_edge(j) : 0;
	first = j ? acc_edge_cold(j) : 0;
	if (!of || !first)
		return 0;
	of->func = edge->func;
	first->context = more->context;
	more->alike = j;
	func->joined = 1;
	return 0;
}

/* The edge of this thread's calls of c in that context; 0 and a loss counted where a table is full.
 */
ACC_NOINLINE __u32 acc_edge_of(struct acc_thread *s, __u32 thread, __u32 context,
			       const struct acc_call *c)
{
	__u64 key = c ? acc_edge_key(c->ident, thread, context) : 0;
	__u32 i = key ? acc_find_edge(key) : 0, func;
	struct acc_edge *edge;
	struct acc_edge_cold *more;

	if (!s || !c)
		return 0;
	if (!i)
		i = acc_add_edge(s, key);
	edge = i ? acc_edge(i) : 0;
	more = i ? acc_edge_cold(i) : 0;
	if (!edge || !more) {
		acc_lose(ACC_LOSS_EDGES_FULL, 1);
		return 0;
	}
	if (edge->func)
		return i;
	more->context = context;
	func = acc_func_of(s, thread, acc_code_of(c), c->ident);
	edge->func = func & ~ACC_FUNC_NEW;
	if (func & ACC_FUNC_NEW)
		acc_func_tell(s, edge->func, c->track);
	else if (func)
		acc_edge_join(s, i, c->ident);
	if (func)
		return i;
	acc_lose(ACC_LOSS_FUNCS_FULL, 1);
	return 0;
}

/* The edge that a thread calls from: its innermost frame's; 0: none known. */
ACC_INLINE __u32 acc_parent(const struct acc_thread *s)
{
	struct acc_frame *top = s->top ? acc_frame(s->top) : 0;

	return top ? top->edge : 0;
}

/*
 * The context of a call from that edge (0: none known): a thread's calls of one function in one
 * context are one edge. Edges are pairs where it is the function that calls; they are call paths
 * where it is the edge itself. Paths beyond their share of the table are folded: of their calls,
 * all those that one function makes of another are one edge again.
 */
ACC_NOINLINE __u32 acc_context(__u32 thread, __u32 parent, const struct acc_call *c)
{
	struct acc_edge *edge = parent ? acc_edge(parent) : 0;
	struct acc_ctl *ctl = acc_ctl();

	if (!c || !edge || !ctl)
		return 0;
	if (!ctl->paths)
		return edge->func;
	if (ctl->edges < ctl->paths || acc_find_edge(acc_edge_key(c->ident, thread, parent)))
		return parent;
	return edge->func | ACC_FOLDED;
}

/* Where the guess is kept at the edge that a thread calls next: in the one that it calls from. */
ACC_INLINE __u32 *acc_guess(struct acc_thread *s)
{
	__u32 i = acc_parent(s);
	struct acc_edge *parent = i ? acc_edge(i) : 0;

	return parent ? &parent->guess : &s->guess;
}

/* Whether the edge's callee looked the same when it was last looked at closely. */
ACC_INLINE int acc_edge_fits(const struct acc_edge *e, __u64 cheap)
{
	return e && cheap && e->cheap == cheap;
}

/* What is kept of the innermost frame's edge besides; 0: none. */
ACC_INLINE struct acc_edge_cold *acc_parent_cold(const struct acc_thread *s)
{
	__u32 i = s ? acc_parent(s) : 0;

	return i ? acc_edge_cold(i) : 0;
}

/* The top of the stack makes a call that had no edge before. */
ACC_NOINLINE int acc_first(struct acc_thread *s)
{
	struct acc_edge_cold *from = acc_parent_cold(s);

	if (from)
		from->firsts++;
	return 0;
}

/* Whether a call on edge, which was looked at closely, is worth being timed: what the first one
 * costs is told apart. */
ACC_INLINE int acc_was_called(__u32 i)
{
	const struct acc_edge *e = i ? acc_edge(i) : 0;

	return e && e->calls;
}

/* The innermost frame has had an event that is neither its beginning nor its end. */
ACC_NOINLINE int acc_other(struct acc_thread *s)
{
	struct acc_edge_cold *em = acc_parent_cold(s);

	if (em)
		em->others++;
	return 0;
}

/* The edge of a call from the top of the stack, if it looks like one of the guesses: the edge
 * called last, or the one that once followed that; else 0. Who guesses is the caller's own edge, so
 * the caller need not be looked at. */
ACC_INLINE __u32 acc_edge_guess(struct acc_thread *s, __u64 cheap)
{
	__u32 *guess = acc_guess(s), i = *guess;
	struct acc_edge *last = i ? acc_edge(i) : 0;

	if (acc_edge_fits(last, cheap))
		return i;
	i = last ? last->next : 0;
	if (!acc_edge_fits(i ? acc_edge(i) : 0, cheap))
		return 0;
	*guess = i;
	return i;
}

/* Remembers that the edge at next was called after the one at last. A folded one is called from
 * several paths: what followed it in one of them may be no edge of another. */
ACC_NOINLINE int acc_follow(__u32 last, __u32 next)
{
	struct acc_edge *edge = last ? acc_edge(last) : 0;
	struct acc_ctl *ctl = acc_ctl();
	struct acc_edge_cold *more = ctl && ctl->paths ? acc_edge_cold(last) : 0;

	if (edge && !(more && more->context & ACC_FOLDED))
		edge->next = next;
	return 0;
}

/* The edge of a call from the top of the stack, by its identity; 0: lost. */
ACC_INLINE __u32 acc_edge_for(struct acc_thread *s, __u32 thread, const struct acc_call *c)
{
	__u32 *guess = acc_guess(s);
	__u32 i = acc_edge_of(s, thread, acc_context(thread, acc_parent(s), c), c);
	struct acc_edge *e = i ? acc_edge(i) : 0;

	if (!e)
		return 0;
	acc_follow(*guess, i);
	if (!e->calls)
		acc_first(s);
	*guess = i;
	e->cheap = c->cheap;
	return i;
}

#endif
