/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Recording over the accounting core. The core wants calls that nest; blocks need not (a task
 * leaves the event loop inside one while another enters the next), so a block that ends beneath
 * others is taken out of the stack first.
 */
#include "python/record.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "python/clock.h"
#include "python/in_package.h"

/* Changes in a forked child; never 0. What bears another era belongs to the parent. */
static volatile uint32_t era = 1;

static __thread struct thread *self __attribute__((tls_model("initial-exec")));
static struct thread *threads;
static struct thread *dead; /* pushed by ending threads, without the GIL */
static struct tally *all_tallies;
static uint64_t unplaced; /* hits of threads that there was no memory for */
static uint32_t serials, chunk_spare, tables_era, clears;
static pthread_key_t ending;
static pthread_once_t once = PTHREAD_ONCE_INIT;

uint64_t record__ident(void)
{
	static uint64_t idents;

	return acc_mix(++idents); /* the tables look for it by its upper bits */
}

/* --- threads -----------------------------------------------------------------------------------
 */

static void thread_ends(void *arg)
{
	struct thread *t = arg;

	self = NULL; /* what still runs in this thread makes it another one */
	t->next_dead = __atomic_load_n(&dead, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&dead, &t->next_dead, t, true, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
}

static void in_child(void)
{
	era++;
	self = NULL;
}

static void first_use(void)
{
	pthread_key_create(&ending, thread_ends);
	pthread_atfork(NULL, NULL, in_child);
}

/* The frames of threads that ended with no block open serve again. Chunks are linked by the .edge
 * of their headers. */
static void harvest(void)
{
	struct thread *t = __atomic_exchange_n(&dead, NULL, __ATOMIC_ACQUIRE);

	for (; t; t = t->next_dead) {
		uint32_t *tail = &chunk_spare;

		if (t->era != era || t->thread.top || !t->thread.chunk)
			continue;
		while (*tail)
			tail = &acc_frame(*tail)->edge;
		*tail = t->thread.chunk;
		t->thread.chunk = 0;
	}
}

/* In a child nothing of the parent's remains but the blocks; the threads' memory is left alone, as
 * begun blocks point to it. */
static void start_over(void)
{
	tables_close();
	threads = NULL;
	all_tallies = NULL;
	chunk_spare = 0;
	serials = 0;
	unplaced = 0;
	__atomic_store_n(&dead, NULL, __ATOMIC_RELAXED);
	tables_era = era;
}

static __attribute__((noinline)) struct thread *thread_new(void)
{
	struct thread *t;

	pthread_once(&once, first_use);
	if (tables_era != era)
		start_over();
	if (!in_use && !tables_open())
		return NULL;
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	clock__refine();
	harvest();
	t->era = era;
	t->serial = ++serials;
	t->tid = (int)syscall(SYS_gettid);
	t->thread.chunk = chunk_spare;
	if (chunk_spare) {
		uint32_t next = acc_frame(chunk_spare)->edge;

		acc_frame(chunk_spare)->edge = 0;
		chunk_spare = next;
	}
	t->next = threads;
	threads = t;
	self = t;
	pthread_setspecific(ending, t);
	return t;
}

static inline struct thread *thread_current(void)
{
	struct thread *t = self;

	return __builtin_expect(t && t->era == era, 1) ? t : thread_new();
}

/* --- blocks ------------------------------------------------------------------------------------
 */

static __attribute__((noinline)) struct tally *tally_new(uint32_t func, const struct block *b,
							 struct thread *t)
{
	struct tally *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->block = b;
	s->thread = t;
	s->next = all_tallies;
	all_tallies = s;
	in_use->tallies[func] = s;
	return s;
}

static inline struct tally *tally_of(uint32_t edge)
{
	return edge ? in_use->tallies[acc_edge(edge)->func] : NULL;
}

/* Edges are handed out in batches, one after the other; where one ends before its batch does, the
 * rest have no function. */
static uint32_t edges_end(void)
{
	uint32_t end = (in_use->ctl.edges + 1) * ACC_BATCH;

	return end < HOME_EDGES ? end : HOME_EDGES;
}

/* Somebody outside may have asked for it. */
static inline void clear_if_told(void)
{
	uint32_t told = bpfprof_control_get()->clears;

	if (__builtin_expect(told == clears, 1))
		return;
	clears = told;
	record__clear(NULL);
}

void record__begin(const struct block *b, struct activation *a)
{
	struct thread *t = thread_current();
	struct acc_call c = {.ident = b->ident, .cheap = b->ident};
	struct acc_frame *f;
	struct tally *s;

	a->thread = t;
	a->frame = 0;
	a->era = era;
	clear_if_told();
	bpfprof_block_begin(&b->named);
	if (__builtin_expect(!t, 0)) {
		unplaced++;
		return;
	}
	f = acc_enter(&t->thread, t->serial, &c);
	if (__builtin_expect(!f, 0))
		return;
	a->frame = t->thread.top;
	s = tally_of(f->edge);
	if (__builtin_expect(!s && f->edge, 0))
		s = tally_new(acc_edge(f->edge)->func, b, t);
	f->enter_ticks = clock__now();
	if (s && !s->open++)
		s->since = f->enter_ticks;
}

/* Takes an open frame from where it is to the top. What was above it stays above what was below. */
static bool raise_frame(struct acc_thread *s, uint32_t frame)
{
	uint32_t at = s->top;

	while (at && acc_frame(at)->prev != frame)
		at = acc_frame(at)->prev;
	if (!at)
		return false;
	acc_frame(at)->prev = acc_frame(frame)->prev;
	acc_frame(frame)->prev = s->top;
	s->top = frame;
	return true;
}

static inline void pop(struct thread *t, uint64_t now)
{
	const struct acc_moment moment = {.at = now};

	acc_pop(&t->thread, &t->row, &moment);
}

/* A block that ends out of order is no child of the one that it happened to end in. */
static __attribute__((noinline)) bool pop_beneath(struct thread *t, uint32_t frame, uint64_t now)
{
	uint32_t above = t->thread.top;
	uint64_t child_ticks = above ? acc_frame(above)->child_ticks : 0;

	if (!raise_frame(&t->thread, frame))
		return false;
	pop(t, now);
	acc_frame(above)->child_ticks = child_ticks;
	return true;
}

static void record_hit(struct tally *s, uint64_t enter_ticks, uint64_t now)
{
	if (s->open && !--s->open)
		s->total_ns += now - s->since;
	acc_block_record(&s->counts, now - enter_ticks);
}

static void end_frame(struct thread *t, uint32_t frame, uint64_t now)
{
	struct acc_frame *f = acc_frame(frame);
	uint64_t enter_ticks = f->enter_ticks, elapsed = now - enter_ticks;
	struct tally *s = tally_of(f->edge);

	/* children that overlapped, or that ended elsewhere, may add up to more */
	if (f->child_ticks > elapsed)
		f->child_ticks = elapsed;
	if (__builtin_expect(t->thread.top == frame, 1))
		pop(t, now);
	else if (!pop_beneath(t, frame, now))
		return;
	if (s)
		record_hit(s, enter_ticks, now);
}

void record__end(const struct block *b, struct activation *a)
{
	uint64_t now = clock__now();

	if (a->era != era) {
		a->era = 0;
		return;
	}
	a->era = 0;
	if (__builtin_expect(a->frame, 1))
		end_frame(a->thread, a->frame, now);
	else if (a->thread && a->thread->thread.overflow)
		a->thread->thread.overflow--;
	bpfprof_block_end(&b->named);
}

/* --- reading -----------------------------------------------------------------------------------
 */

static bool is_ours(const struct tally *s, const void *owner)
{
	return s && (!owner || s->block->owner == owner);
}

void record__each(const void *owner, void (*each)(const struct tally *, void *), void *ctx)
{
	if (!in_use || tables_era != era)
		return;
	clear_if_told();
	harvest();
	clock__refine();
	for (struct tally *s = all_tallies; s; s = s->next)
		s->own_ns = 0;
	for (uint32_t i = 0; i < edges_end(); i++) {
		struct tally *s = tally_of(i);

		if (is_ours(s, owner))
			s->own_ns += acc_edge(i)->own_ticks;
	}
	for (struct tally *s = all_tallies; s; s = s->next) {
		if (is_ours(s, owner) && s->counts.hits)
			each(s, ctx);
	}
}

void record__clear(const void *owner)
{
	if (!in_use || tables_era != era)
		return;
	for (uint32_t i = 0; i < edges_end(); i++) {
		if (is_ours(tally_of(i), owner))
			acc_edge(i)->own_ticks = 0;
	}
	for (struct tally *s = all_tallies; s; s = s->next) {
		if (!is_ours(s, owner))
			continue;
		s->counts = (struct acc_block){0};
		s->total_ns = 0;
	}
}

uint64_t record__lost(void)
{
	uint64_t lost = unplaced;

	for (int i = 0; in_use && tables_era == era && i < ACC_LOSS_COUNT; i++)
		lost += in_use->ctl.losses[i];
	return lost;
}
