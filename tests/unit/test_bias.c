/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The pace: what is timed, and what it makes of the constants. */
#include "unit/test.h"

#include <math.h>

#include "base/ticks.h"
#include "model/bias.h"
#include "reader/in_reader.h"

static const struct prof_bias found = {
	.from = PROF_BIAS_MEASURED,
	.inside_ns = -20,
	.outside_ns = 100,
	.first_ns = 50,
	.inside_error = 5,
	.outside_error = 10,
	.first_error = 4,
	.both_error = 6,
	.pace = {1000, 50, 60},
};

static bool near(double x, double y)
{
	return fabs(x - y) < 1e-9;
}

TEST(one_call_in_sixteen_is_timed)
{
	struct acc_thread s = {0};
	unsigned int timed = 0, gap = 0, longest = 0;

	for (s.calls = 1; s.calls <= 1 << 20; s.calls++) {
		gap++;
		if (!acc_is_timed(&s))
			continue;
		timed++;
		longest = gap > longest ? gap : longest;
		gap = 0;
	}
	CHECK(timed == 1 << 16);
	CHECK(longest <= 34); /* neighbours lie one of three Fibonacci distances apart */
}

/* However long a loop's turn is, none of its calls is left out. */
TEST(no_loop_is_in_step)
{
	for (unsigned int turn = 1; turn <= 64; turn++) {
		struct acc_thread s = {0};
		unsigned int timed = 0;

		for (int i = 0; i < 16000; i++, s.calls += turn)
			timed += acc_is_timed(&s);
		CHECK(timed > 900 && timed < 1100);
	}
}

TEST(what_took_long_is_not_the_profilers)
{
	static struct acc_timed t;

	acc_time(&t, 100);
	acc_time(&t, 101);
	acc_time(&t, ACC_TIMED_BUCKETS * ACC_TIMED_STEP - 1);
	acc_time(&t, ACC_TIMED_BUCKETS * ACC_TIMED_STEP);
	acc_time(&t, (__u64)-5);
	CHECK(t.n[100 / ACC_TIMED_STEP] == 2 && t.n[ACC_TIMED_BUCKETS - 1] == 1);
	for (unsigned int i = 0, n = 0; i < ACC_TIMED_BUCKETS; i++) {
		n += t.n[i];
		CHECK(n <= 3);
	}
}

/* A program that sleeps between bursts finds the caches cold for nearly all of its calls. */
TEST(the_pace_is_that_of_the_quick_ones)
{
	const struct ticks_clock clock = {.ns_per_tick = 0.5};
	static struct acc_ctl ctl;
	const struct tables t = {.ctl = &ctl};
	struct prof_pace pace;

	ctl.entries.n[20] = 300; /* 20 to 21 ns */
	ctl.entries.n[1000] = 700;
	ctl.returns.n[10] = 900;
	pace = tables__pace(&t, &clock);
	CHECK(pace.n == 900);
	CHECK(pace.quick_ns > 20 + 10 && pace.quick_ns < 21 + 11);
	CHECK(pace.mean_ns > 700);
	ctl.returns.n[10] = 0;
	CHECK(tables__pace(&t, &clock).n == 0);
}

/* What is timed took that much longer. All the rest of a call may have, too, or nothing of it. */
TEST(slower_by_a_fifth)
{
	const struct prof_pace run = {500, 60, 72};
	struct prof_bias at = prof_bias__at_pace(&found, &run);
	const double paced = 50 / 80.0, by = 1 + 0.2 * paced;
	double doubt = PROF_PACE_ERROR +
		       PROF_PACE_DOUBT * hypot(0.2 / sqrt(1000.0), 0.2 / sqrt(500.0)) +
		       PROF_PACE_EASED * (1 - paced);

	CHECK(near(at.factor, by));
	CHECK(near(at.inside_ns, -20 * by) && near(at.outside_ns, 100 * by) &&
	      near(at.first_ns, 50 * by));
	CHECK(near(at.inside_error, by * (5 + 20 * doubt)) &&
	      near(at.outside_error, by * (10 + 100 * doubt)));
	CHECK(near(at.first_error, by * (4 + 50 * doubt)) &&
	      near(at.both_error, by * (6 * paced + 80 * doubt)));
	CHECK(near(at.slower,
		   (PROF_PACE_UNSEEN - PROF_PACE_EASED + 6 / 80.0) * (1 - paced) + 1.2 / by - 1));
}

/* What most calls took more than the quick ones did is not taken off, but may have been. */
TEST(cold_calls_are_an_error_and_no_pace)
{
	const struct prof_pace run = {500, 50, 500};
	struct prof_bias at = prof_bias__at_pace(&found, &run);

	CHECK(near(at.factor, 1) && near(at.outside_ns, 100));
	double far = PROF_PACE_LAG * (9 - 0.2);

	CHECK(at.slower >= far && at.slower < far + PROF_PACE_UNSEEN);
}

TEST(a_pace_has_its_bounds)
{
	const struct prof_pace slow = {500, 500, 500}, quick = {500, 5, 5};
	struct prof_bias at = prof_bias__at_pace(&found, &slow);
	const double most = 1 + (PROF_PACE_MOST - 1) * 50 / 80;

	CHECK(near(at.factor, most) && near(at.outside_ns, 100 * most));
	CHECK(at.outside_ns * (1 + at.slower) >= 1000 - 1e-9 && at.outside_error < 1000);
	at = prof_bias__at_pace(&found, &quick);
	CHECK(near(at.factor, PROF_PACE_LEAST));
	CHECK(at.outside_ns - at.outside_error <= 10 && at.slower < PROF_PACE_UNSEEN);
}

TEST(too_few_to_tell)
{
	const struct prof_pace run = {PROF_PACE_FEWEST - 1, 9, 9};
	struct prof_bias at = prof_bias__at_pace(&found, &run);

	CHECK(at.factor == 0 && at.inside_ns == -20 && at.outside_ns == 100);
	CHECK(near(at.inside_error, 5 + 2) && near(at.outside_error, 10 + 10));
	CHECK(near(at.slower, PROF_PACE_UNSEEN)); /* all of it may have been slower */
}

/* Most of a trap is none of the profiler's work. */
TEST(what_the_pace_does_not_see)
{
	const struct prof_pace run = {500, 50, 60};
	struct prof_bias trap = found, at;

	trap.inside_ns = trap.outside_ns = 5000;
	at = prof_bias__at_pace(&trap, &run);
	CHECK(near(at.factor, 1) && at.both_error > 10000 * PROF_PACE_EASED * .99 &&
	      at.both_error + 10000 * at.slower > 10000 * PROF_PACE_UNSEEN);
	trap.inside_ns = trap.outside_ns = 20; /* less than the pace */
	at = prof_bias__at_pace(&trap, &run);
	CHECK(at.both_error < 6 + 40 * PROF_PACE_UNSEEN && near(at.slower, 0));
}

TEST(errors_reach_as_far_as_another_moment_demands)
{
	struct prof_bias b = found, other = found;

	prof_bias__widen(&b, &other);
	CHECK(prof_bias__same(&b, &found) && near(b.outside_error, 10) && near(b.both_error, 6));
	other.outside_ns = 190;
	prof_bias__widen(&b, &other);
	CHECK(near(b.outside_ns, 100) && near(b.outside_error, 90 - 10));
	CHECK(near(b.inside_error, 5) && near(b.both_error, 90 - 6));
	other.outside_error = other.both_error = 100; /* at which nothing could be told */
	b = found;
	prof_bias__widen(&b, &other);
	CHECK(near(b.outside_error, 10) && near(b.both_error, 6));
	other = found;
	other.pace.quick_ns = 100; /* as slow by half: the pace tells that */
	other.inside_ns = -40;
	other.outside_ns = 200;
	b = found;
	prof_bias__widen(&b, &other);
	CHECK(near(b.outside_error, 10) && near(b.both_error, 6));
}

TEST(what_can_be_no_constant)
{
	struct prof_bias b = found;

	CHECK(prof_bias__in_range(&b));
	b.outside_ns = NAN;
	CHECK(!prof_bias__in_range(&b));
	b.outside_ns = -INFINITY;
	CHECK(!prof_bias__in_range(&b));
	b = found;
	b.both_error = NAN;
	CHECK(!prof_bias__in_range(&b));
	b.both_error = -1;
	CHECK(!prof_bias__in_range(&b));
	b = found;
	b.pace.mean_ns = INFINITY;
	CHECK(!prof_bias__in_range(&b));
	b = found;
	b.slower = -1;
	CHECK(!prof_bias__in_range(&b));
}

TEST(what_was_given_stays)
{
	const struct prof_pace run = {500, 60, 72};
	struct prof_bias given = found, at;

	given.from = PROF_BIAS_GIVEN;
	at = prof_bias__at_pace(&given, &run);
	CHECK(prof_bias__same(&at, &given) && at.factor == 0 && at.inside_error == 5 &&
	      at.outside_error == 10);
}

TEST(what_costs_less)
{
	struct prof_bias other = found;

	other.inside_ns = 30;
	other.outside_ns = 60;
	CHECK(prof_bias__costs_less(&found, &other) && !prof_bias__costs_less(&other, &found));
	CHECK(!prof_bias__costs_less(&found, &found));
	CHECK(prof_bias__factor(&found, 0) == 1);
}

/* Recursion, say, takes the timed part less long than most calls do. */
TEST(a_kind_of_calls_is_no_pace)
{
	struct prof_bias b = found;

	b.quickest_ns = 40;
	CHECK(prof_bias__factor(&b, 45) == 1 && prof_bias__factor(&b, 50) == 1);
	CHECK(near(prof_bias__factor(&b, 60), 1.2) && near(prof_bias__factor(&b, 20), 0.5));
}

/* After a sleep a trap takes much longer than one after another does. */
TEST(who_comes_back_finds_the_kernel_cold)
{
	const struct prof_thread t = {.switches = 10, .ncalls = 30}, idle = {.switches = 10};
	struct prof_bias trap = found;

	trap.outside_ns = 1000;
	CHECK(near(prof_bias__back_cold(&found, &t),
		   10 * (PROF_BIAS_BACK_IN * 50 + PROF_BIAS_BACK * 30)));
	CHECK(near(prof_bias__back_cold(&trap, &t),
		   10 * (PROF_BIAS_BACK_IN * 50 + PROF_BIAS_BACK * 930)));
	CHECK(near(prof_bias__back_cold(&trap, &idle), 0));
}

static struct prof_stat *work_of(struct profile *p, int64_t ns)
{
	uint32_t i = profile__func(p, "f.py", 1, "f", NULL);

	p->funcs[i].stat.tottime_ns = ns;
	return &p->funcs[i].stat;
}

/* Who comes back to a CPU may find it as cold as at a first call. */
TEST(time_away_is_doubt)
{
	struct profile *p = profile__new();
	struct prof_thread *t = profile__add_thread(p, 1, "x");

	p->target.bias = found;
	p->target.bias.first_ns = 1000;
	p->target.bias.pace.quick_ns = 80; /* a call takes no more: no trap */
	work_of(p, 1000000);
	t->switches = 30;
	CHECK(near(profile__bias_error(p), 0)); /* it has called nothing */
	t->ncalls = 20;
	CHECK(near(profile__bias_error(p), PROF_BIAS_BACK_IN * 20000));
	t->ncalls = 400;
	CHECK(near(profile__bias_error(p), PROF_BIAS_BACK_IN * 30000));
	p->target.bias.from = PROF_BIAS_GIVEN;
	CHECK(near(profile__bias_error(p), 0));
	profile__free(p);
}

/* What was measured is the program's and the profiler's. */
TEST(no_error_is_larger_than_what_was_measured)
{
	struct profile *p = profile__new();
	struct prof_stat *st = work_of(p, 7000);

	p->target.bias = found;
	st->ncalls = 1000000;
	st->own_bias_ns = 3000;
	st->own_away.off_ns = 2000;
	CHECK(near(prof_bias__error(&found, st), 5000));
	CHECK(near(profile__bias_error(p), 5000));
	st->own_bias_ns = 6000;
	CHECK(near(prof_bias__error(&found, st), 6000));
	st->ncalls = 100;
	CHECK(near(prof_bias__error(&found, st), 500));
	profile__free(p);
}

/* Nothing is taken off for exceptions, each of which costs at most what a call and its return may.
 */
TEST(exceptions_are_in_what_is_left)
{
	struct profile *p = profile__new();
	struct prof_stat *st = work_of(p, 70000);
	const double each = 80 * 1.5 + 6;

	p->target.bias = found;
	p->target.bias.slower = 0.5;
	st->other_events = 300;
	CHECK(near(prof_bias__error(&p->target.bias, st), 300 * each));
	CHECK(near(profile__bias_error(p), 300 * each));
	st->other_events = 1000;
	CHECK(near(prof_bias__error(&p->target.bias, st), 70000));
	p->target.bias.from = PROF_BIAS_GIVEN;
	CHECK(near(profile__bias_error(p), 0));
	profile__free(p);
}

/* Calls of a run cost more than the constants say, not less: that is still in what is left. */
TEST(slower_calls_are_in_what_is_left)
{
	struct profile *p = profile__new();
	struct prof_stat *st = work_of(p, 7000);

	p->target.bias = found;
	p->target.bias.slower = 0.5;
	st->ncalls = 100;
	st->own_bias_ns = 1000000;
	CHECK(near(prof_bias__error(&p->target.bias, st), 500 + 100 * 20 * 0.5));
	CHECK(near(profile__bias_error(p), 600 + 100 * 80 * 0.5));
	st->ncalls = 300;
	CHECK(near(prof_bias__error(&p->target.bias, st), 1500 + 300 * 20 * 0.5));
	CHECK(near(profile__bias_error(p), 7000));
	st->ncalls = 10000;
	CHECK(near(prof_bias__error(&p->target.bias, st), 50000));
	CHECK(near(profile__bias_error(p), 60000));
	st->own_bias_ns = 0;
	CHECK(near(profile__bias_error(p), 7000));
	p->target.bias.from = PROF_BIAS_GIVEN;
	st->ncalls = 100;
	CHECK(near(prof_bias__error(&p->target.bias, st), 500));
	CHECK(near(profile__bias_error(p), 600));
	profile__free(p);
}
