/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The correction of cumulative times: nothing is shorter than what it called. */
#include "unit/test.h"

#include <stdlib.h>

#include "model/bias.h"
#include "model/window.h"
#include "model/profile.h"

#define FUNCS 12

static uint32_t func(struct profile *p, uint32_t i)
{
	return profile__func(p, "f.py", i + 1, "f", NULL);
}

/* caller calls callee n times, for own ns and cum ns in all. */
static void call(struct profile *p, uint32_t caller, uint32_t callee, uint64_t n, int64_t own,
		 int64_t cum)
{
	const struct prof_stat st = {
		.ncalls = n,
		.primitive_calls = n,
		.tottime_ns = own,
		.cumtime_ns = cum,
		.calls_beneath = cum > own ? n : 0,
	};

	prof_stat__add(&profile__edge(p, caller, callee)->stat, &st);
	prof_stat__add(&p->funcs[callee].stat, &st);
	p->funcs[caller].stat.child_calls += n;
}

static bool leads_to(const struct profile *p, uint32_t from, uint32_t to, bool *met)
{
	for (size_t i = 0; i < p->nedges; i++) {
		uint32_t next = p->edges[i].callee;

		if (p->edges[i].caller != from || met[next])
			continue;
		met[next] = true;
		if (next == to || leads_to(p, next, to, met))
			return true;
	}
	return false;
}

static bool in_circle(const struct profile *p, uint32_t f)
{
	bool met[FUNCS] = {false};

	return leads_to(p, f, f, met);
}

static int64_t called_by(const struct profile *p, uint32_t f)
{
	int64_t sum = 0;

	for (size_t i = 0; i < p->nedges; i++)
		sum += p->edges[i].caller == f ? p->edges[i].stat.cumtime_ns : 0;
	return sum;
}

/* Of all that are in no circle. The total bounds both sides. */
static bool adds_up(const struct profile *p)
{
	int64_t total = 0, beneath;

	for (size_t f = 0; f < p->nfuncs; f++)
		total += p->funcs[f].stat.tottime_ns;
	for (uint32_t f = 0; f < p->nfuncs; f++) {
		const struct prof_stat *st = &p->funcs[f].stat;

		beneath = st->tottime_ns + called_by(p, f);
		beneath = beneath < total ? beneath : total;
		if (st->ncalls && !in_circle(p, f) && st->cumtime_ns + (int64_t)p->nedges < beneath)
			return false;
	}
	return true;
}

static void set_bias(struct profile *p)
{
	p->target.bias = (struct prof_bias){
		.from = PROF_BIAS_GIVEN, .inside_ns = 20, .outside_ns = 30, .first_ns = 0};
}

TEST(any_calls)
{
	for (unsigned int seed = 1; seed <= 300; seed++) {
		struct profile *p = profile__new();

		srand(seed);
		for (uint32_t i = 0; i < FUNCS; i++)
			func(p, i);
		for (int i = 0; i < 3 * FUNCS; i++) {
			uint64_t n = (uint64_t)rand() % 50 + 1;
			int64_t own = (int64_t)n * (rand() % 200);

			call(p, (uint32_t)rand() % FUNCS, (uint32_t)rand() % FUNCS, n, own,
			     own + rand() % 20000);
		}
		set_bias(p);
		profile__correct(p);
		CHECK(adds_up(p));
		profile__free(p);
	}
}

/* Calls of C functions have constants of their own: inside in these, outside by each caller's share
 * of them. */
TEST(calls_of_c)
{
	const struct prof_added of_c = {.inside_ns = 5, .outside_ns = 40};
	struct profile *p = profile__new();
	uint32_t loop = func(p, 0), leaf = func(p, 1), len = func(p, 2);
	struct prof_stat *st = &p->funcs[loop].stat;

	p->funcs[len].kind = ACC_KIND_C;
	call(p, loop, leaf, 10, 1000, 1000);
	call(p, loop, len, 30, 2000, 2000);
	*st = (struct prof_stat){.ncalls = 1,
				 .primitive_calls = 1,
				 .tottime_ns = 5000,
				 .cumtime_ns = 8000,
				 .child_calls = 40,
				 .calls_beneath = 40};
	set_bias(p);
	p->target.bias.c = of_c;
	profile__correct(p);
	CHECK(st->own_bias_ns == 20 + 10 * 30 + 30 * 40);
	CHECK(p->funcs[leaf].stat.own_bias_ns == 10 * 20);
	CHECK(p->funcs[len].stat.own_bias_ns == 30 * 5 && p->edges[1].stat.own_bias_ns == 30 * 5);
	CHECK(st->cumtime_ns == 8000 - 1520 - 200 - 150);
	profile__free(p);
}

/* A call may be too short to be seen, and what is inside below nothing: its caller has that time.
 */
TEST(calls_in_no_time)
{
	struct profile *p = profile__new();
	uint32_t loop = func(p, 0), leaf = func(p, 1);

	call(p, loop, leaf, 1, 0, 0);
	set_bias(p);
	p->target.bias.inside_ns = p->target.bias.c.inside_ns = -11;
	profile__correct(p);
	CHECK(p->funcs[leaf].stat.tottime_ns == 11 && p->funcs[leaf].stat.cumtime_ns == 11);
	CHECK(p->edges[0].stat.tottime_ns == 11 && p->edges[0].stat.cumtime_ns == 11);
	profile__free(p);
}

/* A process of several is corrected before it is added up, each time anew: what was taken off a row
 * may shrink, while what was measured grows. */
TEST(what_was_measured_in_spans_adds_up)
{
	static const struct prof_stat readings[] = {
		{.ncalls = 1,
		 .tottime_ns = 100,
		 .own_bias_ns = 20,
		 .cumtime_ns = 300,
		 .cum_bias_ns = -4},
		{.ncalls = 2,
		 .tottime_ns = 160,
		 .own_bias_ns = 12,
		 .cumtime_ns = 290,
		 .cum_bias_ns = 60},
		{.ncalls = 2,
		 .tottime_ns = 158,
		 .own_bias_ns = 14,
		 .cumtime_ns = 292,
		 .cum_bias_ns = 58},
	};
	struct prof_stat sum = readings[0];

	for (size_t i = 1; i < 3; i++) {
		struct prof_stat span = readings[i];

		prof_stat__less(&span, &readings[i - 1]);
		CHECK(span.tottime_ns >= 0 && span.cumtime_ns >= span.tottime_ns);
		prof_stat__add(&sum, &span);
	}
	CHECK(sum.tottime_ns + sum.own_bias_ns == 172);
	CHECK(sum.cumtime_ns + sum.cum_bias_ns == 350);
}

/* Each was cut to whole ns, or read a little too large. */
TEST(what_there_is_more_is_in_order)
{
	const struct prof_away then = {.off_ns = 1000, .reason_ns = {[PROF_REASON_SLEEP] = 1000}};
	const struct prof_away now = {.off_ns = 1103, .reason_ns = {[PROF_REASON_SLEEP] = 1103}};
	struct prof_stat to = {
		.tottime_ns = 1102, .cumtime_ns = 1501, .own_away = now, .cum_away = now};
	const struct prof_stat from = {
		.tottime_ns = 1001, .cumtime_ns = 1404, .own_away = then, .cum_away = then};

	prof_stat__less(&to, &from);
	CHECK(to.tottime_ns == 101 && to.own_away.off_ns == 101);
	CHECK(to.own_away.reason_ns[PROF_REASON_SLEEP] == 101);
	CHECK(to.cumtime_ns == 103 && to.cum_away.off_ns == 103 && !to.cum_bias_ns);
}

/* One pair has less than it had, and the other more: the function has no less than its pairs. */
TEST(functions_have_what_their_pairs_have)
{
	struct profile *before = profile__new(), *now = profile__new(), *since;
	struct prof_stat *st;
	uint32_t callee;

	for (uint32_t i = 0; i < 3; i++) {
		func(before, i);
		func(now, i);
	}
	call(before, 0, 2, 1, 900, 900);
	call(before, 1, 2, 1, 100, 100);
	call(now, 0, 2, 1, 300, 300);
	call(now, 1, 2, 1, 400, 400);
	since = profile__since(now, before);
	CHECK(since->nedges == 1);
	callee = since->edges[0].callee;
	st = &since->funcs[callee].stat;
	CHECK(st->tottime_ns == 300 && st->cumtime_ns == 300);
	st->tottime_ns = 0;
	since->edges[0].stat.ncalls = 1;
	set_bias(since);
	profile__correct(since);
	CHECK(since->edges[0].stat.tottime_ns < 300);
	CHECK(since->funcs[callee].stat.tottime_ns == 0);
	profile__free(before);
	profile__free(now);
	profile__free(since);
}
