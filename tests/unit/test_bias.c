/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The pace: what is timed, and what it makes of the constants. */
#include "unit/test.h"

#include <math.h>

#include "model/bias.h"
#include "reader/in_reader.h"

static const struct prof_bias found = {
	.from = PROF_BIAS_MEASURED,
	.inside_ns = -20,
	.outside_ns = 100,
	.inside_error = 5,
	.outside_error = 10,
	.pace = {.entries = {1000, 30000}, .returns = {1000, 20000}},
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
	struct acc_timed t = {0};

	acc_time(&t, 100);
	acc_time(&t, ACC_TIMED_MAX - 1);
	acc_time(&t, ACC_TIMED_MAX);
	acc_time(&t, (__u64)-5);
	CHECK(t.n == 2 && t.ticks == 100 + ACC_TIMED_MAX - 1);
}

TEST(slower_by_a_fifth)
{
	/* of other numbers: 36 and 24 ns by the call */
	const struct prof_pace run = {.entries = {2000, 72000}, .returns = {500, 12000}};
	struct prof_bias at = prof_bias__at_pace(&found, &run);
	double doubt = PROF_PACE_ERROR + sqrt(1 / 1000.0 + 1 / 500.0);

	CHECK(near(at.factor, 1.2));
	CHECK(near(at.inside_ns, -24) && near(at.outside_ns, 120));
	CHECK(near(at.inside_error, 6 + 24 * doubt) && near(at.outside_error, 12 + 120 * doubt));
}

TEST(too_few_to_tell)
{
	const struct prof_pace run = {.entries = {PROF_PACE_FEWEST - 1, 9000}, .returns = {900, 9}};
	struct prof_bias at = prof_bias__at_pace(&found, &run);

	CHECK(at.factor == 0 && at.inside_ns == -20 && at.outside_ns == 100);
	CHECK(near(at.inside_error, 5 + 2) && near(at.outside_error, 10 + 10));
}

TEST(what_was_given_stays)
{
	const struct prof_pace run = {.entries = {2000, 72000}, .returns = {500, 12000}};
	struct prof_bias given = found, at;

	given.from = PROF_BIAS_GIVEN;
	at = prof_bias__at_pace(&given, &run);
	CHECK(prof_bias__same(&at, &given) && at.factor == 0 && at.inside_error == 5 &&
	      at.outside_error == 10);
}

TEST(paces_add_up)
{
	struct prof_pace all = {{10, 100}, {20, 300}}, more = {{1, 7}, {2, 9}}, since;

	since = all;
	prof_pace__add(&all, &more);
	CHECK(all.entries.n == 11 && all.entries.ns == 107 && all.returns.n == 22 &&
	      all.returns.ns == 309);
	since = prof_pace__since(&all, &since);
	CHECK(!memcmp(&since, &more, sizeof(more)));
	CHECK(prof_pace__factor(&more, &(struct prof_pace){0}) == 1);
	CHECK(near(prof_pace__factor(&more, &(struct prof_pace){{1, 14}, {2, 18}}), 2));
}
