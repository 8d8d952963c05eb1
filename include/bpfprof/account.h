/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accounting core: what a call and a return do to the tables of abi.h. Freestanding: it
 * compiles for BPF and for user space, so one set of tests holds for both.
 *
 * The arithmetic is that of CPython's _lsprof: a return adds (elapsed - children) to own time
 * always, and elapsed to cumulative time only when the outermost activation ends, for the function
 * and for the (caller, callee) pair each with its own count of open activations. Off-CPU time obeys
 * the same rules. What only recursion or a switch of threads makes differ is kept apart (the _cold
 * tables), so that the common call touches two cache lines.
 *
 * The includer ("home") defines, before including this file:
 *   ACC_INLINE, ACC_NOINLINE             function attributes
 *   struct acc_frame *acc_frame(__u32 i) and likewise acc_away, acc_edge, acc_edge_cold,
 *                                        acc_edge_bucket, acc_func, acc_func_cold, acc_func_bucket,
 *                                        acc_code, acc_row: element i of the table, or 0 where i
 *                                        is out of range
 *   struct acc_block_row *acc_block(__u32 i)  likewise
 *   acc_store(offset)                    a byte of the name store; where not: no patterns
 *   acc_ns_of(ticks)                     a length of time in ns, signed; where not: ticks are
 *   struct acc_ctl *acc_ctl(void)        or 0
 *   acc_clock()                          the time, in ticks; not needed where acc_now isn't called
 *   ACC_TIMED_SHIFT                      what share of the calls is timed; where not: one in 16
 *   acc_mask_codes                       size of the table minus one (a power of two)
 *   acc_mask_edges/funcs                 likewise of the indices
 *   acc_edges_max, acc_funcs_max         elements of these tables
 *   acc_frames_max                       elements of the frame pool
 *   ACC_CAS(ptr, old, new), ACC_ADD(ptr, n)  atomics that return the value before
 *   int acc_code_fill(struct acc_code *, const struct acc_call *)   copies a new code's names
 *
 * Threads: a thread belongs to one thread, which alone calls acc_enter/acc_leave on it. Edges,
 * funcs and frames belong to the thread that took them; only taking them is shared, and done in
 * batches and with atomics.
 */
#ifndef BPFPROF_ACCOUNT_H
#define BPFPROF_ACCOUNT_H

#ifndef acc_ns_of
#define acc_ns_of(ticks) ((__s64)(ticks))
#endif

#define ACC_RARE(x) __builtin_expect(!!(x), 0)

/* What a call says of its callee. */
struct acc_call {
	__u64 ident; /* never 0; equal exactly for calls of one code object */
	__u64 cheap; /* cheaper to make than ident; equal only for calls of one code object, but not
		      * always for all of them; 0: none */
	__u64 pyframe; /* 0: not known */
	__u64 code;    /* address of the code object; 0: not known */
	__u64 names[ACC_NAMES];
	__u32 line;
	__u32 track;   /* a block's, from 1 up; 0: it is none by itself */
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

/* x times a factor with ACC_SCALE_BITS bits behind the point, below 16. */
ACC_INLINE __u64 acc_scale(__u64 x, __u64 mult)
{
	return ((x >> 32) * mult << (32 - ACC_SCALE_BITS)) +
	       ((x & 0xffffffff) * mult >> ACC_SCALE_BITS);
}

ACC_INLINE __s64 acc_scale_signed(__s64 x, __u64 mult)
{
	return x < 0 ? -(__s64)acc_scale(-(__u64)x, mult) : (__s64)acc_scale(x, mult);
}

/* What a thread's clocks say at one moment. */
struct acc_moment {
	__u64 at;	      /* ticks */
	struct acc_away away; /* the thread's totals */
};

#ifdef acc_clock
/* The moment now. A thread that is switched off and on between the looks at its clocks looks again,
 * so that its time away is on the same side of the moment by both. */
ACC_INLINE void acc_now(struct acc_thread *s, struct acc_moment *m)
{
	volatile struct acc_away *away = &s->away;

	for (int tries = 0; tries < 3; tries++) {
		m->away.off_ns = away->off_ns;
		m->away.wait_ns = away->wait_ns;
		m->at = acc_clock();
		if (away->off_ns == m->away.off_ns)
			break;
	}
}

/* The moment m->at, just gone by, by a clock that is CLOCK_MONOTONIC. */
ACC_INLINE void acc_was(struct acc_thread *s, struct acc_moment *m)
{
	m->away = s->away;
	if (s->back_ns > m->at)
		acc_now(s, m); /* away in between */
}

/* Starts the time of a frame that has just been entered: the last act of an entry, so that the
 * profiler's own time falls outside the interval. */
ACC_INLINE void acc_start(struct acc_thread *s, struct acc_frame *f)
{
	struct acc_moment m;

	acc_now(s, &m);
	f->away = m.away;
	f->t_enter = m.at;
}
#endif

/* This share of the calls and of the returns is timed: spread over them by the multiples of the
 * golden ratio, evenly and in step with no loop. */
#ifndef ACC_TIMED_SHIFT
#define ACC_TIMED_SHIFT 28 /* one in 16 */
#endif
#define ACC_TIMED_MAX 2048u

ACC_INLINE int acc_is_timed(const struct acc_thread *s)
{
	return !((__u32)s->calls * 0x9e3779b1u >> ACC_TIMED_SHIFT);
}

/* The profiler took so long. What was long was something else's: an interrupt, another thread. */
ACC_INLINE void acc_time(struct acc_timed *t, __u64 took)
{
	if (took < ACC_TIMED_MAX) {
		t->ticks += took;
		t->n++;
	}
}

/* A block between markers has its description's address for a frame, and this bit in it. */
#define ACC_MARK	 1ull
#define ACC_IS_MARKED(f) ((f)->pyframe & ACC_MARK)

ACC_INLINE void acc_lose(enum acc_loss which, __u64 n)
{
	struct acc_ctl *ctl = acc_ctl();

	if (ctl && n)
		ACC_ADD(&ctl->losses[which], n);
}

/* Index of the code object of that identity, taken if none had it (*fresh), by open addressing. 0
 * where ACC_PROBE_MAX places were tried. */
ACC_INLINE __u32 acc_find_code(__u64 key, int *fresh)
{
	__u32 i = (__u32)(key >> 20);

	*fresh = 0;
	for (__u32 n = 0; n < ACC_PROBE_MAX; n++, i++) {
		__u32 at = i & acc_mask_codes;
		struct acc_code *code = at ? acc_code(at) : 0;
		__u64 seen;

		if (!code)
			continue;
		seen = *(volatile __u64 *)&code->key;
		if (!seen) {
			seen = ACC_CAS(&code->key, 0, key);
			*fresh = !seen;
		}
		if (*fresh || seen == key)
			return at;
	}
	return 0;
}

/* An element that nobody has taken, of the thread's batch or of a new one; 0: there is none. */
ACC_INLINE __u32 acc_take(__u32 *next, __u32 *batches, __u32 max)
{
	__u32 i = *next;

	if (!(i & (ACC_BATCH - 1))) {
		if ((*(volatile __u32 *)batches + 2) * ACC_BATCH > max)
			return 0;
		i = (ACC_ADD(batches, 1) + 1) * ACC_BATCH;
		if (i + ACC_BATCH > max)
			return 0;
	}
	*next = i + 1;
	return i;
}

/* Functions of their own, so that BPF's verifier looks into each loop once.
 *
 * A key has one thread in it, so only one thread looks for it and adds it: no other can add it
 * meanwhile. */
#define ACC_DEFINE_FIND(kind)                                                                      \
	/* The element that has the key; 0: none. */                                               \
	ACC_NOINLINE __u32 acc_find_##kind(__u64 key)                                              \
	{                                                                                          \
		__u32 at = (__u32)(key >> 12);                                                     \
                                                                                                   \
		for (__u32 n = 0; n < ACC_PROBE_MAX; n++, at++) {                                  \
			struct acc_##kind##_bucket *p =                                            \
				acc_##kind##_bucket(at & acc_mask_##kind##s);                      \
			__u64 v = p ? *(volatile __u64 *)&p->v : 0;                                \
			struct acc_##kind *e = v >> 32 == key >> 32 ? acc_##kind((__u32)v) : 0;    \
                                                                                                   \
			if (!v)                                                                    \
				break;                                                             \
			if (e && e->key == (__u32)key)                                             \
				return (__u32)v;                                                   \
		}                                                                                  \
		return 0;                                                                          \
	}                                                                                          \
                                                                                                   \
	/* A new element of a key that none has; 0: the table is full. */                          \
	ACC_NOINLINE __u32 acc_add_##kind(struct acc_thread *s, __u64 key)                         \
	{                                                                                          \
		struct acc_ctl *ctl = acc_ctl();                                                   \
		__u32 at = (__u32)(key >> 12), i;                                                  \
		struct acc_##kind *e;                                                              \
                                                                                                   \
		if (!s || !ctl)                                                                    \
			return 0;                                                                  \
		i = acc_take(&s->kind, &ctl->kind##s, acc_##kind##s_max);                          \
		e = i ? acc_##kind(i) : 0;                                                         \
                                                                                                   \
		for (__u32 n = 0; e && n < ACC_PROBE_MAX; n++, at++) {                             \
			struct acc_##kind##_bucket *p =                                            \
				acc_##kind##_bucket(at & acc_mask_##kind##s);                      \
                                                                                                   \
			if (!p || *(volatile __u64 *)&p->v ||                                      \
			    ACC_CAS(&p->v, 0, (key & ~0xffffffffull) | i))                         \
				continue;                                                          \
			e->key = (__u32)key;                                                       \
			return i;                                                                  \
		}                                                                                  \
		if (e)                                                                             \
			s->kind = i;                                                               \
		return 0;                                                                          \
	}

ACC_DEFINE_FIND(func)
ACC_DEFINE_FIND(edge)

#ifdef acc_store
/* Whether the character of so many bytes at an offset of the name store is one of the pattern's
 * text. A function of its own, so that BPF's verifier looks into it once. */
ACC_NOINLINE int acc_same_char(__u32 at, __u32 width, __u32 pattern, __u32 i)
{
	struct acc_ctl *ctl = acc_ctl();

	if (!ctl)
		return 0;
	for (__u32 byte = 1; byte < 4; byte++) {
		if (byte < width && acc_store(at + byte))
			return 0;
	}
	return acc_store(at) ==
	       ctl->pattern[pattern & (ACC_PATTERNS - 1)].text[i & (ACC_PATTERN_TEXT - 1)];
}

/* Whether a name ends in bytes of the pattern's text, from there on: all of it, or what comes after
 * a slash. */
ACC_NOINLINE int acc_name_ends(const struct acc_name *n, __u32 pattern, __u32 from, __u32 bytes,
			       int whole)
{
	__u32 width, chars, skip, at;

	if (!n || n->state != ACC_NAME_READ)
		return 0;
	width = n->width ? n->width : 1;
	chars = n->bytes / width;
	skip = chars - bytes;
	at = n->offset + skip * width;
	if (chars < bytes || (skip && (whole || acc_store(at - width) != '/')))
		return 0;
	for (__u32 i = 0; i < ACC_PATTERN_TEXT; i++) {
		if (i >= bytes)
			break;
		if (!acc_same_char(at + i * width, width, pattern, from + i))
			return 0;
	}
	return 1;
}

ACC_INLINE int acc_pattern_fits(const struct acc_code *code, __u32 i)
{
	struct acc_ctl *ctl = acc_ctl();
	__u32 file, name;

	if (!ctl || !code || i >= ACC_PATTERNS)
		return 0;
	file = ctl->pattern[i].file_bytes;
	name = ctl->pattern[i].name_bytes;
	return acc_name_ends(&code->names[0], i, 0, file, 0) &&
	       (acc_name_ends(&code->names[1], i, file, name, 1) ||
		acc_name_ends(&code->names[2], i, file, name, 1));
}

/* The track of the first pattern that a code object's names match; 0: of none. */
ACC_NOINLINE __u32 acc_track_of(const struct acc_code *code)
{
	struct acc_ctl *ctl = acc_ctl();

	if (!ctl || !code)
		return 0;
	for (__u32 i = 0; i < ACC_PATTERNS; i++) {
		if (i >= ctl->patterns)
			break;
		if (acc_pattern_fits(code, i))
			return ctl->pattern[i].track;
	}
	return 0;
}
#else
#define acc_track_of(code) 0
#endif

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
	code->track = c->track;
	acc_code_fill(code, c);
	return i;
}

ACC_NOINLINE __u32 acc_func_of(struct acc_thread *s, __u32 thread, const struct acc_call *c)
{
	__u64 key = c ? acc_key(c->ident, thread) : 0;
	__u32 i = key ? acc_find_func(key) : 0;
	struct acc_code *code;
	struct acc_ctl *ctl = acc_ctl();
	struct acc_func *func;

	if (!s || !c || !ctl)
		return 0;
	if (!i)
		i = acc_add_func(s, key);
	func = i ? acc_func(i) : 0;
	if (!func)
		return 0;
	func->thread = thread;
	if (!func->code) {
		func->code = acc_code_of(c);
		code = acc_code(func->code);
		if (code && !code->track && ctl->patterns)
			code->track = acc_track_of(code);
		/* another thread may be about to write what it saw first */
		if (code && (c->track || code->track))
			func->block = ACC_BLOCK_NEW;
	}
	return func->code ? i : 0;
}

/* The edge caller -> callee of this thread; 0 and a loss counted where a table is full. */
ACC_NOINLINE __u32 acc_edge_of(struct acc_thread *s, __u32 thread, __u32 caller,
			       const struct acc_call *c)
{
	__u64 key = c ? acc_key(c->ident, ((__u64)thread << 32) | caller) : 0;
	__u32 i = key ? acc_find_edge(key) : 0;
	struct acc_ctl *ctl = acc_ctl();
	struct acc_edge *edge;
	struct acc_edge_cold *more;

	if (!s || !c || !ctl)
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
	more->caller = caller;
	edge->func = acc_func_of(s, thread, c);
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
ACC_INLINE __u32 acc_frame_next(struct acc_thread *s)
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
	__u32 *guess;
};

ACC_INLINE struct acc_caller acc_caller_of(struct acc_thread *s)
{
	struct acc_frame *top = s->top ? acc_frame(s->top) : 0;
	struct acc_edge *parent = top && top->edge ? acc_edge(top->edge) : 0;

	return parent ? (struct acc_caller){parent->func, &parent->guess}
		      : (struct acc_caller){0, &s->guess};
}

ACC_INLINE int acc_edge_fits(const struct acc_edge *e, __u64 cheap)
{
	return e && cheap && e->cheap == cheap;
}

/* The edge of a call from the top of the stack, if it looks like one of the guesses: the edge
 * called last, or the one that once followed that; else 0. Who guesses is the caller's own edge, so
 * the caller need not be looked at. */
ACC_INLINE __u32 acc_edge_guess(struct acc_thread *s, __u64 cheap)
{
	__u32 *guess = acc_caller_of(s).guess, i = *guess;
	struct acc_edge *last = i ? acc_edge(i) : 0;

	if (acc_edge_fits(last, cheap))
		return i;
	i = last ? last->next : 0;
	if (!acc_edge_fits(i ? acc_edge(i) : 0, cheap))
		return 0;
	*guess = i;
	return i;
}

/* The edge of a call from the top of the stack, by its identity; 0: lost. */
ACC_INLINE __u32 acc_edge_for(struct acc_thread *s, __u32 thread, const struct acc_call *c)
{
	struct acc_caller from = acc_caller_of(s);
	__u32 i = acc_edge_of(s, thread, from.func, c);
	struct acc_edge *last = *from.guess ? acc_edge(*from.guess) : 0;
	struct acc_edge *e = i ? acc_edge(i) : 0;

	if (!e)
		return 0;
	if (last)
		last->next = i;
	*from.guess = i;
	e->cheap = c->cheap;
	return i;
}

/* A call beneath another activation of its function. The first of these has its edge in
 * func->first; those of other edges are counted as open there. */
ACC_INLINE void acc_nested_open(__u32 i, const struct acc_edge *edge, const struct acc_func *func)
{
	struct acc_func_cold *fm = acc_func_cold(edge->func);
	struct acc_edge_cold *em = acc_edge_cold(i);

	if (!fm || !em)
		return;
	fm->nested++;
	if (func->first == i || em->open++)
		em->nested++;
}

/* Counts the start of a call on its edge and function, and on its caller's edge. */
ACC_INLINE void acc_edge_open(struct acc_thread *s, __u32 i)
{
	struct acc_edge *edge = acc_edge(i);
	struct acc_func *func = edge ? acc_func(edge->func) : 0;
	struct acc_frame *top = s->top ? acc_frame(s->top) : 0;
	struct acc_edge *parent = top && top->edge ? acc_edge(top->edge) : 0;

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
 * A call on edge (0: lost). Returns its frame, to be started by acc_start (or by hand), or 0 where
 * the frame pool is used up and the call is lost.
 */
ACC_INLINE struct acc_frame *acc_push(struct acc_thread *s, __u32 edge, __u64 pyframe)
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
	f->child_ns = 0;
	f->pyframe = pyframe;
	f->prev = s->top;
	f->calls = s->calls++;
	s->top = next;
	return f;
}

#ifdef acc_clock
/* The end of an entry: a call on edge, whose time starts now. begin: when the profiler began with
 * it, where that is to be timed; else 0. */
ACC_INLINE void acc_open(struct acc_thread *s, __u32 edge, __u64 pyframe, __u64 begin)
{
	struct acc_frame *f = acc_push(s, edge, pyframe);

	if (!f)
		return;
	acc_start(s, f);
	if (begin)
		acc_time(&s->entries, f->t_enter - begin);
}
#endif

/* A call whose identity is known. */
ACC_INLINE struct acc_frame *acc_enter(struct acc_thread *s, __u32 thread, const struct acc_call *c)
{
	__u32 edge = acc_edge_guess(s, c->cheap);

	if (!edge)
		edge = acc_edge_for(s, thread, c);
	return acc_push(s, edge, c->pyframe);
}

/* A return beneath another activation of its function. 1: it is yet the outermost of its edge. */
ACC_INLINE int acc_nested_close(__u32 i, const struct acc_edge *edge, const struct acc_func *func,
				__u64 elapsed, __u64 beneath)
{
	struct acc_func_cold *fm = acc_func_cold(edge->func);
	struct acc_edge_cold *em = acc_edge_cold(i);

	if (!fm || !em || func->first == i || --em->open)
		return 0;
	fm->overlap_ns += elapsed;
	fm->overlap_beneath += beneath;
	return 1;
}

/* By halves: clang 14 never ends with a count of leading zeros for BPF. */
ACC_INLINE __u32 acc_block_bucket(__u64 elapsed)
{
	__u32 i = 0;

	for (__u32 half = 32; half; half /= 2) {
		if (elapsed >> half) {
			elapsed >>= half;
			i += half;
		}
	}
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

/* A thread's acc_block_row of the block that is func i, taken if it has none that counts; 0: none
 * is left. */
ACC_NOINLINE __u32 acc_block_of(__u32 i, __u32 row)
{
	struct acc_ctl *ctl = acc_ctl();
	struct acc_func *func = acc_func(i);
	struct acc_block_row *b;
	__u32 n;

	if (!ctl || !func)
		return 0;
	n = func->block;
	b = n > ACC_BLOCK_NEW ? acc_block(n) : 0;
	if (b && b->row == row && b->clears == ctl->clears)
		return n;
	if (!b || b->row != row) {
		n = ACC_ADD(&ctl->blocks, 1) + ACC_BLOCK_NEW + 1;
		b = n > ACC_BLOCK_NEW ? acc_block(n) : 0;
	}
	if (!b) {
		acc_lose(ACC_LOSS_BLOCKS_FULL, 1);
		return func->block;
	}
	__builtin_memset(b, 0, sizeof(*b));
	b->func = i;
	b->row = row;
	b->clears = ctl->clears;
	func->block = n;
	return n;
}

/* One finished hit of the block that is func i. By a clock that was set in between it may be
 * negative. */
ACC_NOINLINE int acc_block_hit(__u32 i, __u32 row, __u64 elapsed, __u64 own)
{
	__u32 n = acc_block_of(i, row);
	struct acc_block_row *b = n > ACC_BLOCK_NEW ? acc_block(n) : 0;
	struct acc_func *func = acc_func(i);
	__s64 ns = acc_ns_of(elapsed);

	if (!func || !b)
		return 0;
	acc_block_record(&b->hits, ns < 0 ? 0 : ns);
	b->own_ns += acc_ns_of(own);
	if (!func->open)
		b->total_ns += ns;
	return 0;
}

/* Counts the end of a call. 1: of the outermost activation of its edge. */
ACC_INLINE int acc_edge_close(struct acc_thread *s, const struct acc_frame *f,
			      struct acc_edge *edge, __u64 elapsed)
{
	struct acc_func *func = acc_func(edge->func);
	__u64 beneath = s->calls - f->calls - 1;

	edge->own_ns += elapsed - f->child_ns;
	if (!func)
		return 0;
	func->open--;
	if (ACC_RARE(func->block))
		acc_block_hit(edge->func, s->row, elapsed, elapsed - f->child_ns);
	if (func->open && !acc_nested_close(f->edge, edge, func, elapsed, beneath))
		return 0;
	edge->cum_ns += elapsed;
	edge->beneath += beneath;
	return 1;
}

ACC_INLINE void acc_away_add(struct acc_away *to, const struct acc_away *more)
{
	to->off_ns += more->off_ns;
	to->wait_ns += more->wait_ns;
}

/* The frame at index i, closed, was away for so long, its children's time away included: own,
 * and cumulative where it was the outermost. */
ACC_NOINLINE int acc_away_close(struct acc_frame *f, __u32 i, const struct acc_away *in_all,
				int outermost)
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
	children->off_ns = 0;
	children->wait_ns = 0;
	return 0;
}

/* What a thread's outermost frame was in all, for its row. */
ACC_INLINE void acc_row_add(struct acc_row *row, const struct acc_thread *s,
			    const struct acc_frame *f, __u64 elapsed, const struct acc_away *away)
{
	row->calls += s->calls - f->calls;
	row->own_ns += elapsed;
	acc_away_add(&row->away, away);
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
	elapsed = now->at - f->t_enter;
	away.off_ns = now->away.off_ns - f->away.off_ns;
	away.wait_ns = now->away.wait_ns - f->away.wait_ns;
	edge = f->edge ? acc_edge(f->edge) : 0;
	if (edge)
		outermost = acc_edge_close(s, f, edge, elapsed);
	if (ACC_RARE(away.off_ns))
		acc_away_close(f, i, &away, outermost);
	parent = f->prev ? acc_frame(f->prev) : 0;
	if (parent)
		parent->child_ns += elapsed;
	else if (row)
		acc_row_add(row, s, f, elapsed, &away);
	s->top = f->prev;
	return 1;
}

/* How many frames lie above the one of pyframe; ACC_UNWIND_MAX: not found within that many. */
ACC_NOINLINE __u32 acc_search(struct acc_thread *s, __u64 pyframe)
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
ACC_NOINLINE int acc_close(struct acc_thread *s, struct acc_row *row, __u32 n,
			   const struct acc_moment *now)
{
	if (!s || !row || !now)
		return 0;
	for (__u32 i = 0; i <= ACC_UNWIND_MAX && i < n; i++)
		acc_pop(s, row, now);
	return 0;
}

/* Of the n innermost frames, how many are blocks between markers. */
ACC_NOINLINE __u32 acc_marked(struct acc_thread *s, __u32 n)
{
	__u32 at = s ? s->top : 0, marked = 0;

	for (__u32 i = 0; i < ACC_UNWIND_MAX && i < n; i++) {
		struct acc_frame *f = at ? acc_frame(at) : 0;

		if (!f)
			break;
		marked += ACC_IS_MARKED(f);
		at = f->prev;
	}
	return marked;
}

/* A return whose frame is not the innermost: pops down to it. 0: it is not on the stack. */
ACC_INLINE int acc_unwind(struct acc_thread *s, struct acc_row *row, __u64 pyframe,
			  const struct acc_moment *now)
{
	__u32 above = acc_search(s, pyframe), marked;

	if (above >= ACC_UNWIND_MAX)
		return 0;
	marked = acc_marked(s, above);
	acc_lose(ACC_LOSS_DROPPED, above - marked);
	acc_lose(ACC_LOSS_BLOCK_UNENDED, marked);
	acc_close(s, row, above + 1, now);
	return 1;
}

#define ACC_NO_CALLER 1ull /* called by no frame at all, which is known */

/* How many frames lie above the one of pyframe, but for blocks that were begun right in that one;
 * ACC_UNWIND_MAX: not found. Above no caller is a single frame of the interpreter's, if it is but
 * one. */
ACC_NOINLINE __u32 acc_search_caller(struct acc_thread *s, __u64 pyframe)
{
	__u32 at = s ? s->top : 0;

	if (!s)
		return ACC_UNWIND_MAX;
	/* kept where BPF's verifier does not follow them, which would try every combination */
	s->above = 0;
	s->frames = 0;
	for (__u32 n = 0; n < ACC_UNWIND_MAX; n++) {
		struct acc_frame *f = at ? acc_frame(at) : 0;

		if (!f)
			break;
		if (f->pyframe == pyframe)
			return s->above;
		if (!ACC_IS_MARKED(f)) {
			s->above = n + 1;
			s->frames++;
		}
		at = f->prev;
	}
	return pyframe == ACC_NO_CALLER && s->frames == 1 ? s->above : ACC_UNWIND_MAX;
}

/*
 * A call whose caller, as the interpreter has it, is not the innermost open frame. What is open
 * above that caller has returned for the interpreter (see stub.c), though its return has yet to be
 * seen: that is one frame, and more are those of a stack that was switched away from. A caller that
 * is not open is a generator through which another is thrown into: it does not run.
 */
ACC_NOINLINE int acc_settle(struct acc_thread *s, __u64 caller, const struct acc_moment *now)
{
	struct acc_row *row = s ? acc_row(s->row) : 0;
	__u32 above, marked;

	if (!s || !row || !now || !s->top)
		return 0;
	above = acc_search_caller(s, caller);
	if (!above || above >= ACC_UNWIND_MAX)
		return 0;
	marked = acc_marked(s, above);
	if (above - marked > 1)
		acc_lose(ACC_LOSS_SWITCHED, above - marked);
	acc_lose(ACC_LOSS_BLOCK_UNENDED, marked);
	acc_close(s, row, above, now);
	s->closed_early += above - marked;
	return 0;
}

enum acc_left {
	ACC_LEFT,      /* a frame was closed */
	ACC_LEFT_OVER, /* the return of a call that the frame pool had no room for */
	ACC_UNKNOWN,   /* no such frame on the stack */
};

/* A return, of the frame pyframe, or (0) of whichever is innermost. */
ACC_INLINE enum acc_left acc_leave(struct acc_thread *s, struct acc_row *row, __u64 pyframe,
				   const struct acc_moment *now)
{
	struct acc_frame *f;

	if (s->overflow && !pyframe) {
		s->overflow--;
		return ACC_LEFT_OVER;
	}
	f = s->top ? acc_frame(s->top) : 0;
	if (f && (!pyframe || f->pyframe == pyframe)) {
		s->overflow = 0;
		acc_pop(s, row, now);
		return ACC_LEFT;
	}
	if (f && acc_unwind(s, row, pyframe, now)) {
		s->overflow = 0;
		return ACC_LEFT;
	}
	if (s->overflow) {
		s->overflow--;
		return ACC_LEFT_OVER;
	}
	return ACC_UNKNOWN;
}

#endif
