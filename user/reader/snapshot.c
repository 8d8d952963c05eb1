/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tables that are being written, copied without a word to the writers. Figures go first, then the
 * stacks of open frames: what ends in between is missing from the figures, for a moment, rather
 * than counted twice.
 */
#include "reader/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/profile.h"
#include "reader/parts.h"

/* What tells an open frame from another that is open in its place later. */
struct opened {
	__u32 at, edge;
	__u64 enter_ticks;
};

struct stack {
	struct opened *v;
	size_t n;
};

void snapshot__alloc(struct tables *copy, const struct table_sizes *size)
{
	*copy = (struct tables){
#define ACC_TABLE(id, table, type, count) .table = xcalloc(size->count, sizeof(struct acc_##type)),
#include "bpfprof/tables.def"
		.ctl = xcalloc(1, sizeof(*copy->ctl)),
		.still = xcalloc(size->edges, sizeof(*copy->still)),
		.size = *size,
	};
}

void snapshot__free(struct tables *copy)
{
#define ACC_TABLE(id, table, type, count) free(copy->table);
#include "bpfprof/tables.def"
	free(copy->ctl);
	free(copy->still);
	*copy = (struct tables){0};
}

/* The frames open now, innermost first, each copied as it is seen. */
static void look(const struct tables *live, struct tables *copy, __u32 thread, struct stack *s)
{
	__u32 at = ONCE(live->threads[thread].top);

	for (s->n = 0; at && at < live->size.frames && s->n < live->size.frames;) {
		struct acc_frame *f = &copy->frames[at];

		*f = live->frames[at];
		copy->aways[at] = live->aways[at];
		copy->frame_reasons[at] = live->frame_reasons[at];
		*ARR_PUSH(s->v, s->n) = (struct opened){at, f->edge, f->enter_ticks};
		at = ONCE(f->prev);
	}
}

/* Of two looks at a stack, the frames that were open in both: the outermost ones. */
static size_t common(const struct stack *a, const struct stack *b)
{
	size_t n = 0;

	while (n < a->n && n < b->n &&
	       !memcmp(&a->v[a->n - n - 1], &b->v[b->n - n - 1], sizeof(*a->v)))
		n++;
	return n;
}

/* As acc_alike has it. */
static __u32 alike(const struct tables *copy, __u32 i)
{
	__u32 j = i < copy->size.edges ? copy->edges_cold[i].alike : 0;

	return j && j < copy->size.edges ? j : i;
}

/* Counts an open frame as acc_edge_open does. */
static void count_open(struct tables *copy, __u32 i)
{
	struct acc_func *func;
	__u32 f = i && i < copy->size.edges ? copy->edges[i].func : 0;

	if (!f || f >= copy->size.funcs)
		return;
	func = &copy->funcs[f];
	if (!func->open++)
		func->first = i;
	else if (alike(copy, func->first) != alike(copy, i))
		copy->edges_cold[alike(copy, i)].open++;
}

/* Whether both are of one moment, by what the thread was away and what is kept of its waits. */
static bool waits_alike(const struct acc_thread *a, const struct acc_thread *b)
{
	return ONCE(a->away.off_ns) == b->away.off_ns && ONCE(a->out_ns) == b->out_ns &&
	       ONCE(a->ready_ns) == b->ready_ns && ONCE(a->waited_ns) == b->waited_ns &&
	       ONCE(a->waited_frame) == b->waited_frame &&
	       ONCE(a->waited_reason) == b->waited_reason;
}

/* What waits of an open frame were charged to its edge since that was copied, unless activations
 * of the edge have ended since, whose time away is not in the copy. */
static void copy_own(const struct tables *live, struct tables *copy, __u32 edge)
{
	const struct acc_edge_cold *more = edge < copy->size.edges ? &copy->edges_cold[edge] : NULL;
	const __u32 i = more ? more->split : 0;
	struct acc_reasons own;

	if (!i || i >= copy->size.splits)
		return;
	own = live->splits[i].own;
	if (ONCE(live->edges_cold[edge].own.off_ns) == more->own.off_ns)
		copy->splits[i].own = own;
}

#define LOOKS 4 /* a thread that waits more often than we look has its last */

/* The thread's entry with the stack that belongs to it: what is kept in the one is charged to the
 * other as it waits for something else. How many frames were open in both looks. */
static size_t look_twice(const struct tables *live, struct tables *copy, __u32 thread,
			 struct stack *a, struct stack *b)
{
	size_t n = 0;

	for (int i = 0; i < LOOKS; i++) {
		copy->threads[thread] = live->threads[thread];
		look(live, copy, thread, a);
		look(live, copy, thread, b);
		n = common(a, b);
		for (size_t k = 0; k < n; k++)
			copy_own(live, copy, b->v[b->n - k - 1].edge);
		if (waits_alike(&live->threads[thread], &copy->threads[thread]))
			break;
	}
	return n;
}

static void copy_stack(const struct tables *live, struct tables *copy, __u32 thread, __u64 now,
		       struct stack *a, struct stack *b)
{
	size_t n = look_twice(live, copy, thread, a, b);

	while (n && b->v[b->n - n].enter_ticks > now)
		n--;
	copy->threads[thread].top = n ? b->v[b->n - n].at : 0;
	for (size_t i = 0; i < n; i++)
		count_open(copy, b->v[b->n - i - 1].edge);
}

/* Calls are counted at their start, whether a frame is open or not; how many are open is counted
 * again from the stacks. */
static void forget_open(struct tables *copy, __u32 edges, __u32 funcs)
{
	for (__u32 i = 0; i < funcs; i++)
		copy->funcs[i].open = 0;
	for (__u32 i = 0; i < edges; i++)
		copy->edges_cold[i].open = 0;
}

/* The code objects that functions are of: their table is wide and mostly empty. What is known does
 * not change but for its track, where patterns choose functions. */
static void copy_codes(const struct tables *live, const struct known_codes *known,
		       struct tables *copy, __u32 funcs)
{
	const uint32_t *map = copy->ctl->patterns ? NULL : known->map;

	for (__u32 i = 1; i < funcs; i++) {
		__u32 code = copy->funcs[i].code;

		if (code < copy->size.codes && (!map || map[code] == PROF_NONE))
			copy->codes[code] = live->codes[code];
	}
	for (__u32 i = 1; i < copy->size.awaits; i++) {
		__u32 code = await__code(copy, i);

		if (code && (!map || map[code] == PROF_NONE))
			copy->codes[code] = live->codes[code];
	}
}

/* Of a table whose elements are taken one at a time, those that may be in use. */
static __u32 one_by_one(__u32 taken, __u32 size)
{
	return size > ACC_BATCH && taken < size - ACC_BATCH ? taken + ACC_BATCH : size;
}

/* The splits and block rows that edges and functions name, which were copied before: so what they
 * name has been taken by now. The reading before has closed frames and taken elements of its own
 * for them, up to was: these are free again. */
static void copy_taken(const struct tables *live, struct tables *copy, __u32 was)
{
	const __u32 size = copy->size.splits;
	__u32 taken;

	copy->ctl->splits = ONCE(live->ctl->splits);
	copy->ctl->blocks = ONCE(live->ctl->blocks);
	taken = copy->ctl->splits < size ? copy->ctl->splits + 1 : size;
	was = was < size ? was + 1 : size;
	memcpy(copy->splits, live->splits, taken * sizeof(*copy->splits));
	if (was > taken)
		memset(copy->splits + taken, 0, (was - taken) * sizeof(*copy->splits));
}

/* Only what is in use is copied: most of the tables never is, and a reading that takes long on a
 * busy machine is one that the program waits for. */
void snapshot__figures(const struct tables *live, const struct known_codes *known,
		       struct tables *copy)
{
	const __u32 splits = copy->ctl->splits;
	__u32 edges, funcs;

#define COPY(table, count) memcpy(copy->table, live->table, (count) * sizeof(*copy->table))
	COPY(ctl, 1);
	edges = tables__taken(copy->ctl->edges, copy->size.edges);
	funcs = tables__taken(copy->ctl->funcs, copy->size.funcs);
	COPY(edges_cold, edges);
	COPY(edges, edges);
	COPY(funcs_cold, funcs);
	COPY(funcs, funcs);
	COPY(lives, edges < copy->size.lives ? edges : copy->size.lives);
	COPY(awaits, copy->size.awaits);
	copy_taken(live, copy, splits);
	COPY(rows, one_by_one(copy->ctl->rows, copy->size.rows));
	COPY(timeline, copy->size.timeline);
	COPY(blocks, one_by_one(copy->ctl->blocks, copy->size.blocks));
#undef COPY
	copy_codes(live, known, copy, funcs);
	copy->names = live->names;
	copy->tracks = live->tracks;
	copy->holds = live->holds;
	copy->ios = live->ios;
	copy->by_thread = live->by_thread;
	forget_open(copy, edges, funcs);
	memset(copy->still, 0, edges * sizeof(*copy->still));
}

void snapshot__stacks(const struct tables *live, struct tables *copy, __u64 now)
{
	struct stack a = {0}, b = {0};

	for (__u32 i = 1; i < live->size.threads; i++) {
		copy->threads[i] = live->threads[i];
		copy->threads[i].top = 0;
		if (live->threads[i].top)
			copy_stack(live, copy, i, now, &a, &b);
	}
	free(a.v);
	free(b.v);
}

void snapshot__strips(const struct tables *live, struct tables *copy)
{
	const __u32 each = copy->ctl->turns.two ? 2 : 1;
	const __u32 size = copy->size.strips / each;

	memcpy(copy->strips, live->strips,
	       (size_t)one_by_one(copy->ctl->strips, size) * each * sizeof(*copy->strips));
	for (__u32 i = 0; i < one_by_one(copy->ctl->rows, copy->size.rows); i++) {
		copy->rows[i].strip = ONCE(live->rows[i].strip);
		copy->rows[i].strip_ns = ONCE(live->rows[i].strip_ns);
	}
}
