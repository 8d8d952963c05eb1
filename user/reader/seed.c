/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Frames that were open before they were seen. */
#include "reader/seed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define READER_FILLS_CODES
#define acc_store()	 ((const __u8 *)in_use->names)
#define acc_in_store(at) ((at) % in_use->size.names)
struct acc_call;
static int acc_code_fill(struct acc_code *code, const struct acc_call *c);

#include "reader/in_reader.h"

#define CO_MAKES 0x2a0 /* CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR */

static struct py_live *source; /* what names are read from */

/* --- a code object -----------------------------------------------------------------------------
 */

/* Where to is the process's to write as well: what it says is not asked again. */
static void take_name(struct acc_name *to, const char *text)
{
	struct acc_name n = {.width = to->width};

	if (acc_name_room(&n, acc_name_kept(&n, strlen(text)), in_use->size.names))
		memcpy(in_use->names + n.offset, text, n.bytes);
	*to = n;
}

static int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	struct py_code read;

	if (!py_code__read(source, c->code, &read)) {
		acc_lose(ACC_LOSS_NAME_UNREAD, 1);
		return -1;
	}
	code->line = read.first_line;
	code->dynamic = py_identity__is_dynamic(read.file);
	take_name(&code->names[0], read.file);
	take_name(&code->names[1], read.name);
	if (read.qualname)
		take_name(&code->names[2], read.qualname);
	py_code__free(&read);
	return 0;
}

/* --- a thread ----------------------------------------------------------------------------------
 */

__u32 tables__thread_of_tcb(void *of, const struct py_thread *thread)
{
	in_use = of;
	for (__u32 n = 0; n < ACC_THREAD_PROBE; n++) {
		__u32 i = ACC_THREAD_AT(thread->tcb, n, in_use->size.threads);
		struct acc_thread *s = i ? acc_thread(i) : NULL;

		if (!s || s->top || (s->tcb && s->tcb != thread->tcb))
			continue;
		s->tcb = thread->tcb;
		return i;
	}
	return 0;
}

__u32 tables__next_thread(void *of, const struct py_thread *thread)
{
	(void)thread;
	in_use = of;
	return in_use->ctl->threads + 1 < in_use->size.threads ? ++in_use->ctl->threads : 0;
}

/* It stands still: away from its CPU, and not able to run. */
static struct acc_thread *begin(const struct seed *seed, __u32 i, pid_t tid)
{
	struct acc_thread *s = acc_thread(i);

	if (!s)
		return NULL;
	s->tid = tid;
	s->predates = 1;
	s->out_ns = seed->now_ns;
	s->reason = ACC_REASON_STOPPED;
	return s;
}

/* What only makes a generator or coroutine is no call. */
static bool is_creation(const struct py_frame *f, const struct py_identity *id)
{
	return source->layout->frame_owner && !f->owner && id->flags & CO_MAKES;
}

/* The edge of a frame that is open; 0: lost, or not wanted. */
static __u32 edge_of(struct acc_thread *s, __u32 at, const struct py_frame *f,
		     const struct py_identity *id, bool edges)
{
	const struct acc_call c = {
		.ident = id->ident, .cheap = id->cheap, .pyframe = f->frame, .code = f->code};

	return edges ? acc_edge_of(s, at, acc_context(at, acc_parent(s), &c), &c) : 0;
}

static void open_frame(const struct seed *seed, struct acc_thread *s, __u32 at,
		       const struct py_frame *from, bool edges)
{
	struct py_identity id;
	struct acc_frame *f;

	if (!py_identity__of(source, from->code, seed->by, &id) || is_creation(from, &id))
		return;
	f = acc_push_late(s, edge_of(s, at, from, &id, edges), from->frame);
	if (f)
		f->enter_ticks = seed->now;
}

/* Beyond the frame pool nothing is known to be open: what returns there was never entered. */
static void open_all(const struct seed *seed, const struct py_thread *t, __u32 at, bool edges)
{
	struct acc_thread *s = begin(seed, at, t->tid);

	if (!s || s->top)
		return;
	s->had_by++;
	if (edges)
		s->row = acc_row_take(in_use->size.rows, t->tid, seed->now);
	for (uint32_t i = t->n; i-- > 0 && !s->overflow;)
		open_frame(seed, s, at, &seed->stacks->frames[t->first + i], edges);
	s->overflow = 0;
}

/* Numbers of threads: a hash table, with room for twice as many, of small memory that costs little
 * to touch while the process stands still. */
struct tids {
	pid_t *v;
	uint32_t mask;
};

static struct tids tids_for(uint32_t n)
{
	struct tids tids = {.mask = 63};

	while (tids.mask < 2 * n)
		tids.mask = 2 * tids.mask + 1;
	tids.v = xcalloc(tids.mask + 1, sizeof(*tids.v));
	return tids;
}

/* A thread may have a stack in each of several interpreters. The latest interpreter comes first,
 * which is what the thread runs in, or where it came from; the others are opened when they are
 * seen. */
static bool is_first(struct tids *had, const struct py_thread *t)
{
	uint32_t i = t->tid & had->mask;

	if (t->tid <= 0 || !t->n)
		return false;
	for (; had->v[i]; i = (i + 1) & had->mask) {
		if (had->v[i] == t->tid)
			return false;
	}
	had->v[i] = t->tid;
	return true;
}

/* As the tables have it; 0: not known. */
static pid_t number_of(const struct numbers *numbers, pid_t tid)
{
	for (size_t i = 0; i < numbers->n; i++) {
		if (numbers->v[i].here == (__u32)tid)
			return numbers->v[i].outside;
	}
	return numbers->n ? 0 : tid;
}

static uint32_t seed_all(struct tables *t, const struct seed *seed, seed_entry entry, void *of,
			 bool edges)
{
	struct tids had = tids_for(seed->stacks->nthreads);
	uint32_t seeded = 0;

	in_use = t;
	source = seed->live;
	for (uint32_t i = 0; i < seed->stacks->nthreads; i++) {
		struct py_thread thread = seed->stacks->threads[i];
		__u32 at;

		thread.tid = number_of(&seed->numbers, thread.tid);
		if (!is_first(&had, &thread))
			continue;
		at = entry(of, &thread);
		if (at)
			open_all(seed, &thread, at, edges);
		else
			acc_lose(ACC_LOSS_THREADS_FULL, 1);
		seeded += at != 0;
	}
	free(had.v);
	return seeded;
}

uint32_t tables__seed(struct tables *t, const struct seed *seed, seed_entry entry, void *of)
{
	return seed_all(t, seed, entry, of, true);
}

uint32_t tables__seed_stacks(struct tables *t, const struct seed *seed, seed_entry entry, void *of)
{
	return seed_all(t, seed, entry, of, false);
}
