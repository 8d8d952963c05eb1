/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The correction. */
#include "model/bias.h"

#include <math.h>

static int64_t rounded(double ns)
{
	const double most = 1ll << 60;

	return llround(ns > most ? most : ns < -most ? -most : ns);
}

int64_t prof_bias__own(const struct prof_bias *b, const struct prof_stat *st)
{
	return rounded((double)st->ncalls * b->inside_ns + (double)st->child_calls * b->outside_ns);
}

int64_t prof_bias__cum(const struct prof_bias *b, const struct prof_stat *st)
{
	return rounded((double)st->primitive_calls * b->inside_ns +
		       (double)st->calls_beneath * (b->inside_ns + b->outside_ns));
}

static bool is_measured(const struct prof_bias *b)
{
	return b->from == PROF_BIAS_MEASURED || b->from == PROF_BIAS_STORED;
}

static double cold(const struct prof_stat *st)
{
	double beneath = (double)(st->cumtime_ns - st->tottime_ns);

	return fmin(fmax(beneath, 0) * PROF_BIAS_COLD, (double)st->child_calls * PROF_BIAS_COLDEST);
}

double prof_bias__error(const struct prof_bias *b, const struct prof_stat *st)
{
	double known =
		(double)st->ncalls * b->inside_error + (double)st->child_calls * b->outside_error;

	return is_measured(b) ? known + cold(st) : known;
}

bool prof_pace__known(const struct prof_pace *p)
{
	return p->entries.n >= PROF_PACE_FEWEST && p->returns.n >= PROF_PACE_FEWEST;
}

/* For a call and its return; 0: not known. */
static double ns_of(const struct prof_pace *p)
{
	if (!p->entries.n || !p->returns.n)
		return 0;
	return (double)p->entries.ns / (double)p->entries.n +
	       (double)p->returns.ns / (double)p->returns.n;
}

double prof_pace__factor(const struct prof_pace *from, const struct prof_pace *to)
{
	double ns = ns_of(from);

	return ns > 0 && ns_of(to) > 0 ? ns_of(to) / ns : 1;
}

void prof_pace__add(struct prof_pace *to, const struct prof_pace *more)
{
	to->entries.n += more->entries.n;
	to->entries.ns += more->entries.ns;
	to->returns.n += more->returns.n;
	to->returns.ns += more->returns.ns;
}

struct prof_pace prof_pace__since(const struct prof_pace *all, const struct prof_pace *before)
{
	return (struct prof_pace){
		.entries = {all->entries.n - before->entries.n,
			    all->entries.ns - before->entries.ns},
		.returns = {all->returns.n - before->returns.n,
			    all->returns.ns - before->returns.ns},
	};
}

void prof_bias__scale(struct prof_bias *b, double by)
{
	b->inside_ns *= by;
	b->outside_ns *= by;
	b->inside_error *= by;
	b->outside_error *= by;
}

struct prof_bias prof_bias__at_pace(const struct prof_bias *b, const struct prof_pace *run)
{
	struct prof_bias at = *b;
	double doubt = PROF_PACE_UNKNOWN;

	if (!is_measured(b))
		return at;
	if (prof_pace__known(&b->pace) && prof_pace__known(run)) {
		at.factor = prof_pace__factor(&b->pace, run);
		prof_bias__scale(&at, at.factor);
		doubt = PROF_PACE_ERROR +
			sqrt(1.0 / (double)b->pace.returns.n + 1.0 / (double)run->returns.n);
	}
	at.inside_error += doubt * fabs(at.inside_ns);
	at.outside_error += doubt * fabs(at.outside_ns);
	return at;
}

bool prof_bias__same(const struct prof_bias *a, const struct prof_bias *b)
{
	return a->from == b->from && a->inside_ns == b->inside_ns && a->outside_ns == b->outside_ns;
}

static void correct(struct prof_stat *st, const struct prof_bias *b)
{
	int64_t own = prof_bias__own(b, st), cum = prof_bias__cum(b, st);

	st->tottime_ns = (int64_t)((uint64_t)st->tottime_ns - (uint64_t)own);
	st->cumtime_ns = (int64_t)((uint64_t)st->cumtime_ns - (uint64_t)cum);
}

void profile__correct(struct profile *p)
{
	const struct prof_bias *b = &p->target.bias;

	if (b->from == PROF_BIAS_NONE)
		return;
	for (size_t i = 0; i < p->nfuncs; i++)
		correct(&p->funcs[i].stat, b);
	for (size_t i = 0; i < p->nedges; i++)
		correct(&p->edges[i].stat, b);
}
