/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By constant: how often it was taken off, on either side. */
#include "model/noise.h"

#include <math.h>
#include <string.h>

#include "model/bias.h"

static double pace_of(const struct profile *p)
{
	double factor = p->target.bias.factor;

	return factor > 0 ? factor : 1;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool are_kin(const struct prof_target *a, const struct prof_target *b)
{
	return prof_bias__is_measured(&a->bias) && prof_bias__is_measured(&b->bias) &&
	       !prof_bias__has_c(&a->bias) && !prof_bias__has_c(&b->bias) &&
	       is_same(a->backend, b->backend) && is_same(a->python, b->python) &&
	       is_same(a->interpreter, b->interpreter);
}

void noise_side__add(struct noise_side *s, const struct profile *p)
{
	const struct prof_bias *b = &p->target.bias;
	const double by = pace_of(p);
	const double ns[OWEDS] = {b->inside_ns, b->outside_ns, b->first_ns,
				  prof_added__both(&b->python)};
	const double either[OWEDS] = {b->inside_error, b->outside_error, b->first_error,
				      b->both_error};

	s->first = s->first ? s->first : &p->target;
	s->mixed |= !are_kin(s->first, &p->target);
	for (int k = 0; k < OWEDS; k++) {
		const double error = (either[k] + b->slower * fabs(ns[k])) / by;

		s->ns[k] = (s->ns[k] * (double)s->n + ns[k] / by) / (double)(s->n + 1);
		s->error[k] = s->n ? fmin(s->error[k], error) : error;
	}
	s->n++;
}

bool noise__is_common(const struct noise_side *a, const struct noise_side *b)
{
	return a->n && b->n && !a->mixed && !b->mixed && are_kin(a->first, b->first);
}

/* To a function, and nothing is taken off for it. */
static double added_by(const struct profile *p, const struct prof_stat *st)
{
	return prof_bias__cold(st) + prof_bias__others(&p->target.bias, st);
}

void noise_owed__add(struct noise_owed *to, const struct profile *p, const struct prof_stat *st,
		     bool beneath, size_t n)
{
	const double by = pace_of(p) / (double)n;

	to->times[OWED_INSIDE] += (double)st->ncalls * by;
	to->times[OWED_OUTSIDE] += (double)st->child_calls * by;
	to->times[OWED_FIRST] += (double)st->first_calls * by;
	to->cold += added_by(p, st) / (double)n;
	if (beneath)
		to->times[OWED_BOTH] += (double)st->calls_beneath * by;
}

void noise_owed__add_total(struct noise_owed *to, const struct profile *p, size_t n)
{
	const double by = pace_of(p) / (double)n;

	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_stat *st = &p->funcs[i].stat;

		to->times[OWED_BOTH] += (double)st->ncalls * by;
		to->times[OWED_FIRST] += (double)st->first_calls * by;
		to->cold += added_by(p, st) / (double)n;
	}
	for (size_t i = 0; i < p->nthreads; i++)
		to->cold += prof_bias__back_cold(&p->target.bias, &p->threads[i]) / (double)n;
}

double noise__common(const struct noise_side *a, const struct noise_owed *before,
		     const struct noise_side *b, const struct noise_owed *after)
{
	double sum = fabs(after->cold - before->cold);

	for (int k = 0; k < OWEDS; k++) {
		sum += fmax(a->error[k], b->error[k]) * fabs(after->times[k] - before->times[k]) +
		       fabs(b->ns[k] - a->ns[k]) * fmin(after->times[k], before->times[k]);
	}
	return sum;
}

double noise__apart(const struct noise_side *s, const struct noise_owed *of)
{
	double sum = 0;

	for (int k = 0; k < OWEDS; k++)
		sum += pow(PROF_PACE_UNSEEN * s->ns[k] * of->times[k], 2) / (double)s->n;
	return sum;
}
