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

double prof_bias__error(const struct prof_bias *b, const struct prof_stat *st)
{
	return (double)st->ncalls * b->inside_error + (double)st->child_calls * b->outside_error;
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
