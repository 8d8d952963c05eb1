/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Waits that come while the profiler enters or leaves a frame in its place, between its look at the
 * clocks and what it does then: their time away and its reason are of the same function. */
#include "unit/test.h"
#include "unit/random.h"
#include "unit/tables.h"

#include "base/ticks.h"
#include "model/profile.h"
#include "reader/snapshot.h"
#include "reader/in_reader.h" /* last: its macros bear short names */

#define EVENTS 5000
#define IDENTS 5

static const struct table_sizes small = {.frames = 4096,
					 .edges = 256,
					 .funcs = 64,
					 .edge_buckets = 512,
					 .func_buckets = 128,
					 .codes = 64,
					 .threads = 4,
					 .rows = 4,
					 .blocks = 4,
					 .splits = 256,
					 .timeline = 1,
					 .coroutines = 4,
					 .awaits = 1,
					 .lives = 1,
					 .names = 1024};

/* Tables in use, and the thread in them. */
static struct acc_thread *begin(struct tables *t)
{
	*t = tables_of(&small, zeroes);
	t->threads[1].row = 1;
	t->rows[1].tid = 7;
	in_use = t;
	return &t->threads[1];
}

/* As the kernel's side tells of it. */
static void wait_for(struct acc_thread *s, __u32 reason, __u64 ns)
{
	acc_waited(s, reason, ns);
	s->away.off_ns += ns;
}

/* It waits between its being on the stack and its beginning. */
static void enter(struct acc_thread *s, __u32 ident, __u64 before)
{
	struct acc_call c = {
		.ident = ident | 1, .code = ident, .pyframe = s->top + 16, .line = ident};
	struct acc_frame *f = acc_enter(s, 1, &c);

	if (before)
		wait_for(s, ACC_REASON_STOPPED, before);
	f->away = s->away;
}

/* It waits between its end and its being off the stack. */
static void leave(struct acc_thread *s, __u64 after)
{
	struct acc_moment now = {.away = s->away};

	if (after)
		wait_for(s, ACC_REASON_STOPPED, after);
	acc_pop(s, acc_row(1), &now);
}

/* The profile, after it has been seen that each of its waits has a reason; to be freed. */
static struct profile *drain(struct tables *t)
{
	struct ticks_clock clock = {.ns_per_tick = 1};
	struct profile *p = profile__new();

	tables__close_frames(t, &clock);
	tables__lose_unsplit(t);
	tables__to_profile(t, NULL, p, &clock);
	CHECK(!t->ctl->losses[ACC_LOSS_UNSPLIT]);
	tables_free(t);
	return p;
}

static bool has(const struct prof_away *away, int64_t file, int64_t stopped)
{
	return away->off_ns == file + stopped && away->reason_ns[PROF_REASON_FILE] == file &&
	       away->reason_ns[PROF_REASON_STOPPED] == stopped;
}

TEST(stopped_as_it_leaves)
{
	struct tables t;
	struct acc_thread *s = begin(&t);
	struct profile *p;

	enter(s, 2, 0);
	enter(s, 4, 0);
	wait_for(s, ACC_REASON_FILE, 10);
	leave(s, 100);
	p = drain(&t);
	CHECK(p->nfuncs == 2 && has(&p->funcs[1].stat.own_away, 10, 0));
	CHECK(has(&p->funcs[1].stat.cum_away, 10, 0));
	CHECK(has(&p->funcs[0].stat.own_away, 0, 100) && has(&p->funcs[0].stat.cum_away, 10, 100));
	CHECK(has(&p->threads[0].away, 10, 100));
	profile__free(p);
}

TEST(stopped_as_it_enters)
{
	struct tables t;
	struct acc_thread *s = begin(&t);
	struct profile *p;

	enter(s, 2, 0);
	enter(s, 4, 100);
	leave(s, 0);
	enter(s, 4, 0); /* in the same place */
	wait_for(s, ACC_REASON_STOPPED, 3);
	leave(s, 0);
	p = drain(&t);
	CHECK(p->nfuncs == 2 && has(&p->funcs[1].stat.own_away, 0, 3));
	CHECK(has(&p->funcs[0].stat.own_away, 0, 100) && has(&p->funcs[0].stat.cum_away, 0, 103));
	profile__free(p);
}

/* What its caller waits for next is another reason. */
TEST(stopped_and_then_its_caller_waits)
{
	struct tables t;
	struct acc_thread *s = begin(&t);
	struct profile *p;

	enter(s, 2, 0);
	enter(s, 4, 0);
	leave(s, 100);
	wait_for(s, ACC_REASON_FILE, 7);
	enter(s, 4, 0);
	wait_for(s, ACC_REASON_FILE, 3);
	leave(s, 0);
	p = drain(&t);
	CHECK(p->nfuncs == 2 && has(&p->funcs[1].stat.own_away, 3, 0));
	CHECK(has(&p->funcs[0].stat.own_away, 7, 100));
	profile__free(p);
}

TEST(waits_anywhere)
{
	for (int round = 0; round < 20; round++) {
		struct tables t;
		struct acc_thread *s = begin(&t);

		for (int i = 0, deep = 0; i < EVENTS; i++) {
			__u64 waits = random_below(4) ? 0 : 1 + random_below(90);

			if (deep < 60 && random_below(2))
				enter(s, 2 + 2 * random_below(IDENTS), deep++ ? waits : 0);
			else if (deep > 1)
				leave(s, waits), deep--;
			if (deep && random_below(2)) {
				enter(s, 2 + 2 * random_below(IDENTS), 0);
				wait_for(s, ACC_REASON_STOPPED, 1 + random_below(90));
				leave(s, waits);
			}
		}
		profile__free(drain(&t));
	}
}

static void read_figures(const struct tables *live, struct tables *copy)
{
	const struct known_codes known = {0};

	snapshot__figures(live, &known, copy);
}

/* The rest of a reading; to be freed. */
static struct profile *read_on(const struct tables *live, struct tables *copy)
{
	struct ticks_clock clock = {.ns_per_tick = 1};
	struct profile *p = profile__new();

	snapshot__stacks(live, copy, UINT64_MAX);
	tables__close_frames(copy, &clock);
	tables__to_profile(copy, NULL, p, &clock);
	return p;
}

static struct profile *reading(const struct tables *live, struct tables *copy)
{
	read_figures(live, copy);
	return read_on(live, copy);
}

#define DEEP 20 /* more than a reading has elements to spare */

/* One function in the other, all of which wait for files, or are stopped. */
static bool waited_alike(const struct profile *p, int64_t file, int64_t stopped)
{
	bool alike = p->nfuncs == DEEP && has(&p->threads[0].away, file, stopped);

	for (size_t i = 0; i < p->nfuncs; i++)
		alike &= has(&p->funcs[i].stat.cum_away, file, stopped);
	return alike;
}

/* Frames that never ended, each of which is closed in each reading. */
TEST(open_in_each_reading)
{
	struct tables t, copy;
	struct acc_thread *s = begin(&t);
	struct profile *first, *second, *third;

	t.threads[1].tid = 7;
	snapshot__alloc(&copy, &small);
	for (int i = 0; i < DEEP; i++)
		enter(s, 2 + 2 * i, 0);
	wait_for(s, ACC_REASON_FILE, 100);
	first = reading(&t, &copy);
	CHECK(waited_alike(first, 100, 0));
	in_use = &t;
	wait_for(s, ACC_REASON_STOPPED, 7);
	second = reading(&t, &copy);
	CHECK(waited_alike(second, 100, 7));
	third = reading(&t, &copy);
	CHECK(waited_alike(third, 100, 7));
	profile__free(first);
	profile__free(second);
	profile__free(third);
	snapshot__free(&copy);
	tables_free(&t);
}

/* Frames that were closed in a reading and end before the next: what they took in its copy is
 * no other's. */
TEST(taken_in_one_reading_only)
{
	struct tables t, copy;
	struct acc_thread *s = begin(&t);
	struct profile *p;

	snapshot__alloc(&copy, &small);
	for (int i = 0; i < DEEP; i++)
		enter(s, 2 + 2 * i, 0);
	wait_for(s, ACC_REASON_FILE, 100);
	profile__free(reading(&t, &copy));
	in_use = &t;
	for (int i = 0; i < DEEP - 1; i++)
		leave(s, 0);
	enter(s, 2 + 2 * DEEP, 0);
	wait_for(s, ACC_REASON_STOPPED, 7);
	p = reading(&t, &copy);
	CHECK(p->nfuncs == DEEP + 1 && has(&p->funcs[DEEP].stat.cum_away, 0, 7));
	CHECK(has(&p->funcs[0].stat.cum_away, 100, 7));
	CHECK(has(&p->funcs[1].stat.cum_away, 100, 0));
	profile__free(p);
	snapshot__free(&copy);
	tables_free(&t);
}

/* Its edge is copied before, its stack after that. */
TEST(waits_for_something_else_while_it_is_read)
{
	struct tables t, copy;
	struct acc_thread *s = begin(&t);
	struct profile *p;

	snapshot__alloc(&copy, &small);
	enter(s, 2, 0);
	wait_for(s, ACC_REASON_STOPPED, 1);
	wait_for(s, ACC_REASON_FILE, 100);
	read_figures(&t, &copy);
	wait_for(s, ACC_REASON_STOPPED, 7);
	p = read_on(&t, &copy);
	CHECK(p->nfuncs == 1 && has(&p->funcs[0].stat.own_away, 100, 8));
	CHECK(has(&p->funcs[0].stat.cum_away, 100, 8) && has(&p->threads[0].away, 100, 8));
	profile__free(p);
	snapshot__free(&copy);
	tables_free(&t);
}
