/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accounting core: what a call and a return do to the tables of abi.h. Freestanding: it
 * compiles for BPF and for user space, so one set of tests holds for both.
 *
 * The arithmetic is that of CPython's _lsprof: a return adds (elapsed - children) to own time
 * always, and elapsed to cumulative time only when the outermost activation ends, for the function
 * and for the (caller, callee) pair each with its own count of open activations.
 *
 * The includer ("home") defines, before including this file:
 *   ACC_INLINE, ACC_NOINLINE             function attributes
 *   struct acc_frame *acc_frame(__u32 i) and likewise acc_edge, acc_func, acc_code, acc_row:
 *                                        element i of the table, or 0 where i is out of range
 *   struct acc_ctl *acc_ctl(void)        or 0
 *   acc_mask_edges/funcs/codes           table sizes minus one (powers of two)
 *   acc_frames_max                       elements of the frame pool
 *   ACC_CAS(ptr, old, new), ACC_ADD(ptr, n)  atomics that return the value before
 *   int acc_code_fill(struct acc_code *, const struct acc_call *)   copies a new code's names
 *
 * Threads: a slot belongs to one thread, which alone calls acc_enter/acc_leave on it. Edges, funcs
 * and frames belong to the slot that took them; only taking one is shared, and done with CAS.
 */
#ifndef BPFPROF_ACCOUNT_H
#define BPFPROF_ACCOUNT_H

/* What a call says of its callee. */
struct acc_call {
	__u64 ident; /* never 0; equal exactly for calls of one code object */
	__u64 quick; /* cheaper to make than ident; equal only for calls of one code object, but not
		      * always for all of them; 0: none */
	__u64 pyframe; /* 0: not known */
	__u64 code;    /* address of the code object; 0: not known */
	__u64 names[ACC_NAMES];
	__u32 line;
	__u32 version; /* of the code object: no other has it (3.12 on); 0: not known */
};

/* A 64-bit finaliser (the constants are Stafford's variant 13 of the splitmix64 one). Tables
 * compare whole 64-bit keys and not what went into them: with 100,000 keys the chance that any two
 * are equal is 3e-10. */
ACC_INLINE __u64 acc_mix(__u64 x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ull;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

ACC_INLINE __u64 acc_key(__u64 a, __u64 b)
{
	return acc_mix(a ^ acc_mix(b + 0x9e3779b97f4a7c15ull)) | 1;
}

ACC_INLINE void acc_lose(enum acc_loss which, __u64 n)
{
	struct acc_ctl *ctl = acc_ctl();

	if (ctl)
		ACC_ADD(&ctl->losses[which], n);
}

/*
 * Open addressing over a table whose elements start with their key: index of the element that
 * holds key, taken if none did. *fresh tells which. 0 where ACC_PROBE_MAX places were tried.
 */
#define ACC_DEFINE_FIND(kind, mask)                                                                \
	ACC_INLINE __u32 acc_find_##kind(__u64 key, int *fresh)                                    \
	{                                                                                          \
		__u32 i = (__u32)(key >> 20);                                                      \
                                                                                                   \
		*fresh = 0;                                                                        \
		for (__u32 n = 0; n < ACC_PROBE_MAX; n++, i++) {                                   \
			__u32 at = i & (mask);                                                     \
			struct acc_##kind *e = at ? acc_##kind(at) : 0;                            \
			__u64 seen;                                                                \
                                                                                                   \
			if (!e)                                                                    \
				continue;                                                          \
			seen = *(volatile __u64 *)&e->key;                                         \
			if (!seen) {                                                               \
				seen = ACC_CAS(&e->key, 0, key);                                   \
				*fresh = !seen;                                                    \
			}                                                                          \
			if (*fresh || seen == key)                                                 \
				return at;                                                         \
		}                                                                                  \
		return 0;                                                                          \
	}

ACC_DEFINE_FIND(code, acc_mask_codes)
ACC_DEFINE_FIND(func, acc_mask_funcs)
ACC_DEFINE_FIND(edge, acc_mask_edges)

ACC_NOINLINE __u32 acc_code_of(const struct acc_call *c)
{
	int fresh;
	__u32 i;
	struct acc_code *code;
	struct acc_ctl *ctl = acc_ctl();

	if (!c || !ctl)
		return 0;
	i = acc_find_code(c->ident, &fresh);
	if (!i || !fresh)
		return i;
	code = acc_code(i);
	if (!code)
		return 0;
	ACC_ADD(&ctl->codes, 1);
	code->addr = c->code;
	code->line = c->line;
	acc_code_fill(code, c);
	return i;
}

ACC_NOINLINE __u32 acc_func_of(__u32 slot, const struct acc_call *c)
{
	int fresh;
	__u32 i;
	struct acc_func *func;
	struct acc_ctl *ctl = acc_ctl();

	if (!c || !ctl)
		return 0;
	i = acc_find_func(acc_key(c->ident, slot), &fresh);
	if (!i)
		return 0;
	func = acc_func(i);
	if (!func)
		return 0;
	if (fresh) {
		ACC_ADD(&ctl->funcs, 1);
		func->slot = slot;
	}
	if (!func->code)
		func->code = acc_code_of(c);
	return func->code ? i : 0;
}

/* The edge caller -> callee of this slot; 0 and a loss counted where a table is full. */
ACC_NOINLINE __u32 acc_edge_of(__u32 slot, __u32 caller, const struct acc_call *c)
{
	int fresh;
	__u32 i;
	struct acc_edge *edge;
	struct acc_ctl *ctl = acc_ctl();

	if (!c || !ctl)
		return 0;
	i = acc_find_edge(acc_key(c->ident, ((__u64)slot << 32) | caller), &fresh);
	edge = i ? acc_edge(i) : 0;
	if (!edge) {
		acc_lose(ACC_LOSS_EDGES_FULL, 1);
		return 0;
	}
	if (fresh) {
		ACC_ADD(&ctl->edges, 1);
		edge->caller = caller;
	}
	if (!edge->func)
		edge->func = acc_func_of(slot, c);
	if (edge->func)
		return i;
	acc_lose(ACC_LOSS_FUNCS_FULL, 1);
	return 0;
}

/* First element of a chunk of frames that nobody uses, of a pool of max; 0: it is used up. */
ACC_NOINLINE __u32 acc_chunk_take(__u32 max)
{
	struct acc_ctl *ctl = acc_ctl();
	__u32 chunk;

	if (!ctl || (ctl->chunks + 2) * ACC_CHUNK > max)
		return 0;
	chunk = ACC_ADD(&ctl->chunks, 1) + 1;
	return (chunk + 1) * ACC_CHUNK > max ? 0 : chunk * ACC_CHUNK;
}

/* Index of the element after the top of the stack; the stack is as deep as the pool is large. */
ACC_INLINE __u32 acc_frame_next(struct acc_slot *s)
{
	__u32 next = s->top + 1;
	struct acc_frame *head;

	if (s->top && (next & (ACC_CHUNK - 1)))
		return next;
	if (!s->top) {
		if (!s->chunk)
			s->chunk = acc_chunk_take(acc_frames_max);
		return s->chunk ? s->chunk + 1 : 0;
	}
	head = acc_frame(s->top & ~(ACC_CHUNK - 1));
	if (!head)
		return 0;
	if (!head->edge)
		head->edge = acc_chunk_take(acc_frames_max);
	return head->edge ? head->edge + 1 : 0;
}

/* The edge that is being called from, and where it keeps its guess at the next one called. */
struct acc_caller {
	__u32 func; /* 0: none known */
	__u32 *hot;
};

ACC_INLINE struct acc_caller acc_caller_of(struct acc_slot *s)
{
	struct acc_frame *top = s->top ? acc_frame(s->top) : 0;
	struct acc_edge *parent = top && top->edge ? acc_edge(top->edge) : 0;

	return parent ? (struct acc_caller){parent->func, &parent->hot}
		      : (struct acc_caller){0, &s->hot};
}

/* The edge of a call from the top of the stack, if it is the guess and looks alike; else 0. */
ACC_INLINE __u32 acc_edge_hot(struct acc_slot *s, __u64 quick)
{
	struct acc_caller from = acc_caller_of(s);
	__u32 i = *from.hot;
	struct acc_edge *e = i && quick ? acc_edge(i) : 0;

	return e && e->quick == quick && e->caller == from.func ? i : 0;
}

/* The edge of a call from the top of the stack, by its identity; 0: lost. */
ACC_INLINE __u32 acc_edge_for(struct acc_slot *s, __u32 slot, const struct acc_call *c)
{
	struct acc_caller from = acc_caller_of(s);
	__u32 i = acc_edge_of(slot, from.func, c);
	struct acc_edge *e = i ? acc_edge(i) : 0;

	*from.hot = i;
	if (e)
		e->quick = c->quick;
	return i;
}

/* Counts the start of a call on its edge and function. */
ACC_INLINE void acc_edge_open(__u32 i)
{
	struct acc_edge *edge = acc_edge(i);
	struct acc_func *func = edge ? acc_func(edge->func) : 0;

	if (!func)
		return;
	edge->calls++;
	if (!edge->open++)
		edge->primitive++;
	if (!func->open++)
		func->primitive++;
}

/*
 * A call on edge (0: lost). Returns its frame, whose t_enter the caller sets as its last act (so
 * that the profiler's own time falls outside the interval), or 0 where the frame pool is used up
 * and the call is lost.
 */
ACC_INLINE struct acc_frame *acc_push(struct acc_slot *s, __u32 edge, __u64 pyframe)
{
	__u32 next = s->over ? 0 : acc_frame_next(s);
	struct acc_frame *f = next ? acc_frame(next) : 0;

	if (!f) {
		s->over++;
		acc_lose(ACC_LOSS_STACK_FULL, 1);
		return 0;
	}
	if (edge)
		acc_edge_open(edge);
	f->edge = edge;
	f->child_ns = 0;
	f->pyframe = pyframe;
	f->prev = s->top;
	s->top = next;
	return f;
}

/* A call whose identity is known. */
ACC_INLINE struct acc_frame *acc_enter(struct acc_slot *s, __u32 slot, const struct acc_call *c)
{
	__u32 edge = acc_edge_hot(s, c->quick);

	if (!edge)
		edge = acc_edge_for(s, slot, c);
	return acc_push(s, edge, c->pyframe);
}

/* Closes the innermost frame at time now. Returns 0 where there was none. */
ACC_INLINE int acc_pop(struct acc_slot *s, struct acc_row *row, __u64 now)
{
	struct acc_frame *f = s->top ? acc_frame(s->top) : 0;
	struct acc_frame *parent;
	struct acc_edge *edge;
	struct acc_func *func;
	__u64 elapsed;

	if (!f)
		return 0;
	elapsed = now - f->t_enter;
	edge = f->edge ? acc_edge(f->edge) : 0;
	func = edge ? acc_func(edge->func) : 0;
	if (func) {
		edge->own_ns += elapsed - f->child_ns;
		if (!--edge->open)
			edge->cum_ns += elapsed;
		if (!--func->open)
			func->cum_ns += elapsed;
	}
	if (func && row) {
		row->calls++;
		row->own_ns += elapsed - f->child_ns;
	}
	parent = f->prev ? acc_frame(f->prev) : 0;
	if (parent)
		parent->child_ns += elapsed;
	s->top = f->prev;
	return 1;
}

/* How many frames lie above the one of pyframe; ACC_UNWIND_MAX: not found within that many. */
ACC_NOINLINE __u32 acc_search(struct acc_slot *s, __u64 pyframe)
{
	__u32 at = s ? s->top : 0;

	for (__u32 n = 0; n < ACC_UNWIND_MAX; n++) {
		struct acc_frame *f = at ? acc_frame(at) : 0;

		if (!f)
			break;
		if (f->pyframe == pyframe)
			return n;
		at = f->prev;
	}
	return ACC_UNWIND_MAX;
}

/* Closes the n innermost frames. */
ACC_NOINLINE int acc_close(struct acc_slot *s, struct acc_row *row, __u32 n, __u64 now)
{
	if (!s || !row)
		return 0;
	for (__u32 i = 0; i <= ACC_UNWIND_MAX && i < n; i++)
		acc_pop(s, row, now);
	return 0;
}

/* A return whose frame is not the innermost: pops down to it. 0: it is not on the stack. */
ACC_INLINE int acc_unwind(struct acc_slot *s, struct acc_row *row, __u64 pyframe, __u64 now)
{
	__u32 above = acc_search(s, pyframe);

	if (above >= ACC_UNWIND_MAX)
		return 0;
	acc_lose(ACC_LOSS_DROPPED, above);
	acc_close(s, row, above + 1, now);
	return 1;
}

enum acc_left {
	ACC_LEFT,      /* a frame was closed */
	ACC_LEFT_OVER, /* the return of a call that the frame pool had no room for */
	ACC_UNKNOWN,   /* no such frame on the stack */
};

/* A return at time now, of the frame pyframe, or (0) of whichever is innermost. */
ACC_INLINE enum acc_left acc_leave(struct acc_slot *s, struct acc_row *row, __u64 pyframe,
				   __u64 now)
{
	struct acc_frame *f;

	if (s->over && !pyframe) {
		s->over--;
		return ACC_LEFT_OVER;
	}
	f = s->top ? acc_frame(s->top) : 0;
	if (f && (!pyframe || f->pyframe == pyframe)) {
		s->over = 0;
		acc_pop(s, row, now);
		return ACC_LEFT;
	}
	if (f && acc_unwind(s, row, pyframe, now)) {
		s->over = 0;
		return ACC_LEFT;
	}
	if (s->over) {
		s->over--;
		return ACC_LEFT_OVER;
	}
	return ACC_UNKNOWN;
}

ACC_INLINE __u32 acc_block_bucket(__u64 elapsed)
{
	__u32 i = 63 - __builtin_clzll(elapsed | 1);

	return i < ACC_BLOCK_BUCKETS ? i : ACC_BLOCK_BUCKETS - 1;
}

/* One finished hit of a block. */
ACC_INLINE void acc_block_record(struct acc_block *b, __u64 elapsed)
{
	if (!b->hits || elapsed < b->min_ns)
		b->min_ns = elapsed;
	if (elapsed > b->max_ns)
		b->max_ns = elapsed;
	b->hits++;
	b->sum_ns += elapsed;
	b->bucket[acc_block_bucket(elapsed)]++;
}

#endif
