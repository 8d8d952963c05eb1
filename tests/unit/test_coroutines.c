/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Coroutines from start to end: what scripted activations of them add up to. */
#include "unit/test.h"
#include "unit/tables.h"

#include "base/ticks.h"
#include "model/profile.h"
#include "reader/in_reader.h" /* last: its macros bear short names */

#define BUCKETS 64 /* of coroutines */

static struct acc_thread *thread;

static struct tables tables_new(void)
{
	static const struct table_sizes size = {.frames = 4 * ACC_CHUNK,
						.edges = 64,
						.funcs = 64,
						.edge_buckets = 128,
						.func_buckets = 128,
						.codes = 64,
						.threads = 2,
						.rows = 2,
						.blocks = 1,
						.splits = 1,
						.coroutines = BUCKETS,
						.awaits = 16,
						.lives = 64,
						.names = 1024};
	struct tables t = tables_of(&size, zeroes);

	thread = &t.threads[1];
	thread->row = 1;
	return t;
}

/* An activation of the coroutine in a frame, of a function by number. */
static void enter(__u64 function, __u64 pyframe, __u64 at, enum acc_start how)
{
	struct acc_call c = {
		.ident = function, .code = function, .pyframe = pyframe, .line = function};

	acc_enter(thread, 1, &c)->enter_ticks = at;
	acc_coroutine_enter(thread, how);
}

static void leave(__u64 at, enum acc_end how)
{
	acc_coroutine_leave(thread, at, how);
	acc_leave(thread, acc_row(1), 0, &(struct acc_moment){.at = at});
}

/* The life of the n-th function that was called. */
static struct prof_life life_of(struct tables *t, size_t n)
{
	struct ticks_clock clock = {1000000, 1000000, 1, 0};
	struct profile *p = profile__new();
	struct prof_life life;

	tables__to_profile(t, NULL, p, &clock);
	CHECK(p->target.coroutines && n < p->nfuncs);
	life = p->funcs[n].stat.life;
	profile__free(p);
	return life;
}

/* A test of tables of its own. */
#define CASE(name)                                                                                 \
	static void name##_in(struct tables *t);                                                   \
	TEST(name)                                                                                 \
	{                                                                                          \
		struct tables t = tables_new();                                                    \
                                                                                                   \
		in_use = &t;                                                                       \
		name##_in(&t);                                                                     \
		tables_free(&t);                                                                   \
	}                                                                                          \
	static void name##_in(struct tables *t)

CASE(one_that_never_begins)
{
	struct prof_life life;

	enter(3, 16, 100, ACC_IF_BEGUN); /* it is not known */
	leave(130, ACC_RAISES);
	enter(3, 16, 200, ACC_BEGINS);
	acc_coroutine_never(thread);
	leave(210, ACC_RAISES); /* and is no end of it any more */
	life = life_of(t, 0);
	CHECK(!life.begun && !life.ended && !life.late && !life.unseen);
	enter(3, 16, 300, ACC_BEGINS); /* its place is free again */
	leave(310, ACC_SUSPENDS);
	enter(3, 16, 400, ACC_IF_BEGUN); /* and now it is known */
	leave(405, ACC_RAISES);
	life = life_of(t, 0);
	CHECK(life.begun == 1 && life.ended == 1 && life.raised == 1 && !life.unseen);
	CHECK(life.elapsed_ns == 105 && life.running_ns == 15);
}

CASE(from_start_to_end)
{
	struct prof_life life;

	enter(3, 16, 100, ACC_BEGINS);
	leave(130, ACC_SUSPENDS);
	life = life_of(t, 0);
	CHECK(life.begun == 1 && !life.ended && prof_life__open(&life) == 1);
	enter(3, 16, 200, ACC_GOES_ON);
	leave(205, ACC_SUSPENDS);
	enter(3, 16, 300, ACC_AWAITED);
	leave(310, ACC_RETURNS);
	life = life_of(t, 0);
	CHECK(life.begun == 1 && life.ended == 1 && !life.raised && !prof_life__open(&life));
	CHECK(life.elapsed_ns == 210 && life.running_ns == 45 && !life.awaiting_ns);
	CHECK(prof_life__suspended(&life) == 165);
}

CASE(one_awaits_another)
{
	struct prof_life life;

	enter(3, 16, 100, ACC_BEGINS);
	enter(5, 32, 110, ACC_BEGINS);
	leave(120, ACC_SUSPENDS);
	leave(121, ACC_SUSPENDS);
	enter(3, 16, 201, ACC_AWAITED);
	enter(5, 32, 202, ACC_AWAITED);
	leave(210, ACC_RETURNS);
	leave(220, ACC_SUSPENDS); /* in a future */
	enter(3, 16, 320, ACC_AWAITED);
	enter(7, 48, 330, ACC_BEGINS); /* a call, but not what it awaited */
	leave(331, ACC_RETURNS);
	leave(340, ACC_RAISES);
	life = life_of(t, 0);
	CHECK(life.elapsed_ns == 240 && life.running_ns == 60 && life.awaiting_ns == 80);
	CHECK(life.ended == 1 && life.raised == 1);
	life = life_of(t, 1);
	CHECK(life.elapsed_ns == 100 && life.running_ns == 18 && !life.awaiting_ns);
	CHECK(life.ended == 1 && !life.raised);
}

CASE(what_it_was_suspended_in)
{
	struct prof_life life;

	enter(3, 16, 100, ACC_BEGINS);
	leave(110, ACC_SUSPENDS + ACC_IN_TASK);
	enter(3, 16, 130, ACC_AWAITED);
	leave(131, ACC_SUSPENDS + ACC_IN_GATHER);
	enter(3, 16, 161, ACC_AWAITED);
	leave(170, ACC_SUSPENDS + ACC_IN_FUTURE);
	enter(3, 16, 210, ACC_GOES_ON); /* thrown into */
	leave(211, ACC_SUSPENDS);	/* a yield */
	enter(3, 16, 216, ACC_GOES_ON);
	leave(217, ACC_SUSPENDS + ACC_IN_COROUTINE);
	enter(3, 16, 224, ACC_GOES_ON); /* thrown into, with what it awaited unseen */
	leave(225, ACC_SUSPENDS + ACC_IN_TASK);
	enter(3, 16, 228, ACC_AWAITED);
	enter(5, 32, 228, ACC_AWAITED); /* which was a coroutine's, begun unseen */
	leave(229, ACC_RETURNS);
	leave(230, ACC_RETURNS);
	life = life_of(t, 0);
	CHECK(life.ended == 1 && prof_life__suspended(&life) == 20 + 30 + 40 + 5 + 7 + 3);
	CHECK(life.in_task_ns == 20 && life.in_gather_ns == 30 && life.in_future_ns == 40);
	CHECK(life.awaiting_ns == 7 + 3);
}

CASE(thrown_into_as_it_awaits)
{
	struct prof_life life;

	enter(3, 16, 100, ACC_BEGINS);
	enter(5, 32, 110, ACC_BEGINS);
	leave(120, ACC_SUSPENDS);
	leave(120, ACC_SUSPENDS);
	enter(5, 32, 200, ACC_GOES_ON); /* not called by the other, which is linked */
	acc_coroutine_awaited(16, 200);
	leave(210, ACC_RAISES);
	enter(3, 16, 210, ACC_GOES_ON);
	leave(220, ACC_RAISES);
	life = life_of(t, 0);
	CHECK(life.elapsed_ns == 120 && life.running_ns == 30 && life.awaiting_ns == 80);
}

CASE(begun_before_it_was_seen)
{
	struct prof_life life;

	enter(3, 16, 100, ACC_AWAITED);
	leave(110, ACC_SUSPENDS);
	enter(3, 16, 200, ACC_AWAITED);
	leave(210, ACC_RETURNS);
	life = life_of(t, 0);
	CHECK(!life.begun && !life.ended && life.late == 1 && !life.elapsed_ns);
}

/* Closed where no event shows it, its memory is another's. */
CASE(ended_unseen)
{
	struct prof_life life;

	enter(3, 16, 100, ACC_BEGINS);
	leave(110, ACC_SUSPENDS);
	enter(5, 16, 200, ACC_BEGINS);
	leave(210, ACC_RETURNS);
	life = life_of(t, 0);
	CHECK(life.begun == 1 && life.unseen == 1 && !life.ended && !prof_life__open(&life));
	life = life_of(t, 1);
	CHECK(life.begun == 1 && life.ended == 1 && life.elapsed_ns == 10);
}

/* More at a time than there are buckets for are lost, and counted so; the others are exact. */
CASE(more_than_the_table_holds)
{
	const __u64 n = 3 * BUCKETS;
	struct prof_life life;

	for (__u64 i = 1; i <= n; i++) {
		enter(3, 16 * i, i, ACC_BEGINS);
		leave(i, ACC_SUSPENDS);
	}
	life = life_of(t, 0);
	CHECK(life.begun > BUCKETS / 2 && life.begun < BUCKETS);
	CHECK(life.begun + t->ctl->losses[ACC_LOSS_COROUTINES_FULL] == n);
	for (__u64 i = 1; i <= n; i++) {
		struct acc_coroutine_frame *at = acc_coroutine_frame(acc_coroutine_find(16 * i));

		if (at == t->coroutine_frames)
			continue;
		enter(3, 16 * i, 1000 + i, ACC_AWAITED);
		leave(1000 + i, ACC_RETURNS);
	}
	life = life_of(t, 0);
	CHECK(life.ended == life.begun && life.elapsed_ns == 1000 * (int64_t)life.ended);
	for (size_t i = 0; i < t->size.coroutines; i++)
		CHECK(!t->coroutine_frames[i].pyframe);
}

/* One for which there was no bucket as it began is lost once, however often it goes on, and its end
 * is told. */
CASE(is_lost_once)
{
	const __u64 n = 3 * BUCKETS;
	struct prof_life life;
	__u64 lost;

	for (__u64 i = 1; i <= n; i++) {
		enter(3, 16 * i, i, ACC_BEGINS);
		leave(i, ACC_SUSPENDS);
	}
	lost = t->ctl->losses[ACC_LOSS_COROUTINES_FULL];
	for (__u64 i = 1; i <= n; i++) {
		if (acc_coroutine_find(16 * i))
			continue;
		enter(3, 16 * i, 1000 + i, ACC_AWAITED);
		leave(1000 + i, ACC_SUSPENDS);
		enter(3, 16 * i, 2000 + i, ACC_AWAITED);
		leave(2000 + i, ACC_RETURNS);
	}
	life = life_of(t, 0);
	CHECK(lost > 0 && t->ctl->losses[ACC_LOSS_COROUTINES_FULL] == lost);
	CHECK(life.late == lost && !life.ended && life.begun == n - lost);
}

/* What is done for a life is more than for a call, and in no constant. */
CASE(each_time_it_runs_on_is_an_event)
{
	struct ticks_clock clock = {1000000, 1000000, 1, 0};
	struct profile *p = profile__new();

	enter(3, 16, 50, ACC_NO_START); /* no coroutine's */
	leave(60, ACC_RETURNS);
	enter(3, 16, 100, ACC_BEGINS);
	leave(130, ACC_SUSPENDS);
	enter(3, 16, 200, ACC_IF_BEGUN);
	leave(230, ACC_RETURNS);
	tables__to_profile(t, NULL, p, &clock);
	CHECK(p->nfuncs == 1 && p->funcs[0].stat.ncalls == 3);
	CHECK(p->funcs[0].stat.other_events == 2);
	profile__free(p);
}

/* The frame, which is about to be suspended, awaits tasks of a function. */
static void await_tasks(__u64 function, __u64 pyframe, enum acc_wait in, __u32 tasks)
{
	struct acc_call c = {.ident = function, .code = function, .line = function};

	acc_await_tasks(thread, pyframe, &c, ACC_AWAIT(in, tasks));
}

static struct prof_await await_of(const struct profile *p, uint32_t line, enum prof_await_in in)
{
	struct prof_await none = {.path = PROF_NONE};

	for (size_t i = 0; i < p->awaits.n; i++) {
		if (p->funcs[p->awaits.v[i].task].line == line && p->awaits.v[i].in == in)
			return p->awaits.v[i];
	}
	return none;
}

/* Alone; together, where each has all of the time; and one that has yet to run. */
CASE(whose_tasks_it_awaits)
{
	struct ticks_clock clock = {1000000, 1000000, 1, 0};
	struct profile *p = profile__new();
	struct prof_await five, seven, alone;

	enter(3, 16, 100, ACC_BEGINS);
	await_tasks(5, 16, ACC_IN_TASK, 1);
	leave(110, ACC_SUSPENDS + ACC_IN_TASK);
	enter(3, 16, 130, ACC_AWAITED);
	await_tasks(5, 16, ACC_IN_GATHER, 4);
	await_tasks(7, 16, ACC_IN_GATHER, 2);
	await_tasks(9, 32, ACC_IN_GATHER, 2); /* it is not the innermost */
	leave(140, ACC_SUSPENDS + ACC_IN_GATHER);
	enter(3, 16, 200, ACC_GOES_ON);
	await_tasks(7, 16, ACC_IN_GATHER, 1);
	leave(210, ACC_SUSPENDS + ACC_IN_GATHER);
	enter(3, 16, 215, ACC_AWAITED);
	leave(220, ACC_SUSPENDS + ACC_IN_FUTURE);
	enter(3, 16, 300, ACC_AWAITED);
	leave(310, ACC_RETURNS);
	tables__to_profile(t, NULL, p, &clock);
	CHECK(p->awaits.n == 3 && p->nfuncs == 3);
	alone = await_of(p, 5, PROF_AWAIT_TASK);
	five = await_of(p, 5, PROF_AWAIT_GATHER);
	seven = await_of(p, 7, PROF_AWAIT_GATHER);
	CHECK(alone.tasks == 1 && alone.ns == 20 && p->funcs[alone.func].line == 3);
	CHECK(five.tasks == 4 && five.ns == 60);
	CHECK(seven.tasks == 3 && seven.ns == 60 + 5);
	CHECK(!t->ctl->losses[ACC_LOSS_AWAITS_FULL]);
	profile__free(p);
}

/* What there is no room for is counted. */
CASE(more_awaits_than_there_is_room_for)
{
	struct ticks_clock clock = {1000000, 1000000, 1, 0};
	struct profile *p = profile__new();
	uint64_t tasks = 0;

	for (__u64 i = 0; i < 20; i++) {
		enter(3, 16, 100 * i, i ? ACC_AWAITED : ACC_BEGINS);
		await_tasks(5 + i, 16, ACC_IN_TASK, 1);
		leave(100 * i + 10, ACC_SUSPENDS + ACC_IN_TASK);
	}
	tables__to_profile(t, NULL, p, &clock);
	for (size_t i = 0; i < p->awaits.n; i++)
		tasks += p->awaits.v[i].tasks;
	CHECK(tasks == t->size.awaits - 1);
	CHECK(tasks + t->ctl->losses[ACC_LOSS_AWAITS_FULL] == 20);
	profile__free(p);
}
