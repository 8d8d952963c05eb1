/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables that a hostile process has written: whatever is in them, they are read within bounds. */
#include "unit/test.h"
#include "unit/random.h"
#include "unit/tables.h"

#include "base/mem.h"
#include "base/ticks.h"
#include "model/profile.h"
#include "reader/in_reader.h" /* last: its macros bear short names */

#define ROUNDS 300

/* Anything, but often a small number, which is more likely an index in range. */
static void *garbage(size_t bytes)
{
	__u32 *words = xcalloc(1, bytes + 8);

	for (size_t i = 0; i < bytes / 4; i++)
		words[i] = random_next() & 1 ? random_next() % 70 : random_next();
	return words;
}

static const struct table_sizes small = {.frames = 256,
					 .edges = 64,
					 .funcs = 64,
					 .edge_buckets = 128,
					 .func_buckets = 128,
					 .codes = 64,
					 .threads = 16,
					 .rows = 16,
					 .blocks = 64,
					 .splits = 64,
					 .timeline = 5,
					 .coroutines = 64,
					 .awaits = 64,
					 .lives = 64,
					 .names = 1024};

static void drain(double ns_per_tick)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct tables t = tables_of(&small, garbage);
		struct profile *p = profile__new();
		struct ticks_clock clock = {random_next(), random_next(), ns_per_tick, 0};

		for (__u32 k = 0; k < t.size.blocks; k += 2)
			t.blocks[k].clears = t.ctl->clears; /* so that some count */
		tables__close_frames(&t, &clock);
		tables__to_profile(&t, NULL, p, &clock);
		CHECK(p->nblocks <= t.size.blocks && p->nfuncs <= t.size.codes &&
		      p->nthreads <= t.size.rows && p->nevents < t.size.timeline);
		profile__free(p);
		tables_free(&t);
	}
}

TEST(garbage_in_nanoseconds)
{
	drain(1);
}

TEST(garbage_in_ticks)
{
	drain(0.37);
}

/* What is found through an index is checked like any other. */
TEST(garbage_goes_on_counting)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct tables t = tables_of(&small, garbage);

		in_use = &t;
		for (int n = 0; n < ROUNDS; n++) {
			__u32 slot = random_next() % t.size.threads;
			struct acc_call c = {.ident = (random_next() % 70) | 1, .code = 1};
			struct acc_moment now = {.at = random_next()};
			struct acc_frame *f = acc_enter(&t.threads[slot], slot, &c);

			CHECK(!f || (f >= t.frames && f < t.frames + t.size.frames));
			if (random_next() & 1)
				acc_leave(&t.threads[slot], acc_row(slot), 0, &now);
		}
		tables_free(&t);
	}
}

/* An activation that was open before it was seen is no call, but a caller, and its time counts. */
TEST(open_before_is_no_call)
{
	struct tables t = tables_of(&small, zeroes);
	struct acc_thread *s = &t.threads[1];
	struct acc_call outer = {.ident = 3, .code = 1, .pyframe = 16, .line = 1},
			inner = {.ident = 5, .code = 2, .pyframe = 32, .line = 2};
	struct ticks_clock clock = {600, 600, 1, 0};
	struct profile *p = profile__new();
	struct acc_frame *f;

	in_use = &t;
	s->row = 1;
	t.rows[1].tid = 7;
	f = acc_push_late(s, acc_edge_for(s, 1, &outer), outer.pyframe);
	f->enter_ticks = 100;
	f = acc_push_late(s, acc_edge_for(s, 1, &outer), outer.pyframe + 1);
	f->enter_ticks = 100;
	f = acc_enter(s, 1, &inner);
	f->enter_ticks = 200;
	acc_leave(s, &t.rows[1], inner.pyframe, &(struct acc_moment){.at = 250});
	tables__close_frames(&t, &clock);
	tables__to_profile(&t, NULL, p, &clock);
	CHECK(p->nfuncs == 2 && p->nthreads == 1);
	CHECK(p->funcs[0].stat.ncalls == 0 && p->funcs[0].stat.open == 2);
	CHECK(p->funcs[0].stat.tottime_ns == 450 && p->funcs[0].stat.cumtime_ns == 500);
	CHECK(p->funcs[1].stat.ncalls == 1 && p->funcs[1].stat.open == 0);
	CHECK(p->nedges == 2 && p->edges[1].stat.ncalls == 1);
	CHECK(p->threads[0].ncalls == 1 && p->threads[0].tottime_ns == 500);
	profile__free(p);
	tables_free(&t);
}

/* Frames that were open before they were seen, of these addresses; then one that was called. */
static void open_some(struct tables *t, struct acc_thread *s, const __u64 *pyframes, __u32 n)
{
	struct acc_call c = {.ident = 3, .code = 1, .line = 1};

	in_use = t;
	s->row = 1;
	t->rows[1].tid = 7;
	for (__u32 i = 0; i < n; i++)
		acc_push_late(s, acc_edge_for(s, 1, &c), pyframes[i])->enter_ticks = 100;
}

TEST(what_was_open_ends_unseen)
{
	static const __u64 pyframes[] = {16, 32, 48};
	struct tables t = tables_of(&small, zeroes);
	struct acc_thread *s = &t.threads[1];
	struct acc_moment now = {.at = 400};
	struct acc_call c = {.ident = 5, .code = 2, .pyframe = 64, .line = 2};

	open_some(&t, s, pyframes, 3);
	acc_settle_late(s, 48, &now); /* the innermost calls: all run */
	CHECK(acc_frame(s->top)->pyframe == 48);
	acc_settle_late(s, 96, &now); /* another stack's frame: nothing is known of these */
	CHECK(acc_frame(s->top)->pyframe == 48);
	acc_settle_late(s, 16, &now);
	CHECK(acc_frame(s->top)->pyframe == 16 && t.edges[acc_frame(s->top)->edge].calls == 0);
	acc_enter(s, 1, &c)->enter_ticks = 400;
	acc_settle_late(s, 16, &now); /* what was called ends by its own return */
	CHECK(acc_frame(s->top)->pyframe == 64);
	acc_leave(s, &t.rows[1], 64, &now);
	acc_settle_late(s, ACC_NO_CALLER, &now);
	CHECK(!s->top && t.rows[1].own_ticks == 300);
	for (int i = 0; i < ACC_LOSS_COUNT; i++)
		CHECK(!t.ctl->losses[i]);
	tables_free(&t);
}

TEST(a_call_in_a_block_does_not_end_it)
{
	static const __u64 pyframes[] = {16, 32};
	struct tables t = tables_of(&small, zeroes);
	struct acc_thread *s = &t.threads[1];
	struct acc_moment now = {.at = 400};
	struct acc_call block = {.ident = 9, .kind = ACC_KIND_BLOCK, .pyframe = 65, .line = 3};

	open_some(&t, s, pyframes, 2);
	acc_enter(s, 1, &block)->enter_ticks = 300;
	acc_settle_late(s, 32, &now);
	CHECK(acc_frame(s->top)->kind == ACC_KIND_BLOCK);
	acc_settle_late(s, 16, &now); /* whose own call it was in */
	CHECK(acc_frame(s->top)->pyframe == 16);
	tables_free(&t);
}

/* Its caller's return ends what was open and passed no probe; that is no loss. */
TEST(what_was_open_is_not_dropped)
{
	static const __u64 pyframes[] = {16, 32, 48};
	struct tables t = tables_of(&small, zeroes);
	struct acc_thread *s = &t.threads[1];

	open_some(&t, s, pyframes, 3);
	CHECK(acc_leave(s, &t.rows[1], 16, &(struct acc_moment){.at = 400}) == ACC_LEFT);
	CHECK(!s->top && !t.ctl->losses[ACC_LOSS_DROPPED]);
	tables_free(&t);
}

/* Of seven calls that a ring of four has seen, one is being written and one not over yet. */
TEST(the_last_calls_one_by_one)
{
	struct tables t = tables_of(&small, zeroes);
	struct acc_thread *s = &t.threads[1];
	struct ticks_clock clock = {1000, 5000, 1, 0};
	struct profile *p = profile__new(), *twice;

	open_some(&t, s, (const __u64[]){16}, 1);
	for (__u64 i = 0; i < 6; i++) {
		struct acc_call c = {.ident = 5, .code = 2, .pyframe = 64, .line = 2};

		acc_enter(s, 1, &c)->enter_ticks = 200 + 10 * i;
		acc_leave(s, &t.rows[1], 64, &(struct acc_moment){.at = 203 + 10 * i});
	}
	tables__close_frames(&t, &clock);
	CHECK(t.ctl->ended == 7);
	t.timeline[1].number = 0; /* the fifth */
	tables__to_profile(&t, NULL, p, &clock);
	CHECK(p->nevents == 3 && p->events_gone == 4);
	CHECK(p->events[0].start_ns == 4230 && p->events[1].start_ns == 4250);
	CHECK(p->events[0].ns == 3 && !p->events[0].goes_on && !p->events[0].began_before);
	CHECK(p->events[2].start_ns == 4100 && p->events[2].ns == 900);
	CHECK(p->events[2].goes_on && p->events[2].began_before && !p->events[2].func);
	twice = profile__copy(p);
	profile__merge(twice, p);
	CHECK(twice->nevents == 6 && twice->events_gone == 8 && twice->events[5].thread == 1);
	profile__free(twice);
	profile__free(p);
	tables_free(&t);
}
