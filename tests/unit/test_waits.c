/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Waits that come while the profiler enters or leaves a frame in its place, between its look at the
 * clocks and what it does then: their time away and its reason are of the same function. */
#include "unit/test.h"
#include "unit/random.h"
#include "unit/tables.h"

#include "base/ticks.h"
#include "model/profile.h"
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
