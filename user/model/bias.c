/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The constants: at a pace, and their errors. */
#include "model/bias.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

bool prof_bias__in_range(const struct prof_bias *b)
{
	const double most = 1e9,
		     positive[] = {b->inside_error, b->outside_error,  b->first_error,
				   b->both_error,   b->factor,	       b->pace.quick_ns,
				   b->pace.mean_ns, b->c.inside_error, b->c.outside_error,
				   b->c.both_error};
	bool good = fabs(b->inside_ns) <= most && fabs(b->outside_ns) <= most &&
		    fabs(b->first_ns) <= most && fabs(b->c.inside_ns) <= most &&
		    fabs(b->c.outside_ns) <= most;

	for (size_t i = 0; i < sizeof(positive) / sizeof(*positive); i++)
		good &= positive[i] >= 0 && positive[i] <= most;
	return good;
}

void prof_bias__set_c(struct prof_bias *b, const struct prof_bias *from)
{
	b->c = (struct prof_bias_c){from->inside_ns, from->outside_ns, from->inside_error,
				    from->outside_error, from->both_error};
}

bool prof_bias__has_c(const struct prof_bias *b)
{
	return b->c.inside_ns != b->inside_ns || b->c.outside_ns != b->outside_ns;
}

/* Of a function of which that share of its calls are of C functions. */
static struct prof_bias bias_of(const struct prof_bias *b, bool is_c, double share)
{
	struct prof_bias of = *b;

	of.outside_ns += share * (b->c.outside_ns - b->outside_ns);
	of.outside_error += share * (b->c.outside_error - b->outside_error);
	if (!is_c)
		return of;
	of.inside_ns = b->c.inside_ns;
	of.inside_error = b->c.inside_error;
	of.both_error = b->c.both_error;
	return of;
}

struct prof_bias *profile__biases(const struct profile *p)
{
	struct prof_bias *of = xcalloc(p->nfuncs + 1, sizeof(*of));
	double *calls = xcalloc(p->nfuncs + 1, sizeof(*calls));
	double *of_c = xcalloc(p->nfuncs + 1, sizeof(*of_c));

	for (size_t i = 0; i < p->nedges; i++) {
		const struct prof_edge *e = &p->edges[i];

		calls[e->caller] += (double)e->stat.ncalls;
		if (p->funcs[e->callee].kind == ACC_KIND_C)
			of_c[e->caller] += (double)e->stat.ncalls;
	}
	for (size_t i = 0; i < p->nfuncs; i++)
		of[i] = bias_of(&p->target.bias, p->funcs[i].kind == ACC_KIND_C,
				of_c[i] / fmax(calls[i], 1));
	free(calls);
	free(of_c);
	return of;
}

double prof_bias__own(const struct prof_bias *b, const struct prof_stat *st)
{
	return (double)st->ncalls * b->inside_ns + (double)st->child_calls * b->outside_ns +
	       (double)st->first_calls * b->first_ns;
}

bool prof_bias__is_measured(const struct prof_bias *b)
{
	return b->from != PROF_BIAS_NONE && b->from != PROF_BIAS_GIVEN;
}

/* What was measured on a CPU is the program's and the profiler's, and neither is less than nothing.
 */
static double possible(double error, const struct prof_stat *st)
{
	double programs = (double)(st->tottime_ns - st->own_away.off_ns);

	return fmin(error, fmax(fmax(programs, (double)st->own_bias_ns), 0));
}

double prof_bias__cold(const struct prof_stat *st)
{
	double beneath = (double)st->cumtime_ns - (double)st->tottime_ns;

	return fmin(fmax(beneath, 0) * PROF_BIAS_COLD, (double)st->child_calls * PROF_BIAS_COLDEST);
}

double prof_bias__error(const struct prof_bias *b, const struct prof_stat *st)
{
	double known = (double)st->ncalls * b->inside_error +
		       (double)st->child_calls * b->outside_error +
		       (double)st->first_calls * b->first_error;

	return possible(prof_bias__is_measured(b) ? known + prof_bias__cold(st) : known, st);
}

static double error_of_all(const struct prof_bias *b, const struct prof_stat *st)
{
	double known =
		(double)st->ncalls * b->both_error + (double)st->first_calls * b->first_error;

	return prof_bias__is_measured(b) ? known + prof_bias__cold(st) : known;
}

/* Who comes back and calls nothing finds nothing of the profiler's cold. */
double prof_bias__back_cold(const struct prof_bias *b, const struct prof_thread *t)
{
	return fmin((double)t->switches, (double)t->ncalls) * b->first_ns;
}

double profile__bias_error(const struct profile *p)
{
	const struct prof_bias *b = &p->target.bias;
	struct prof_bias *of = profile__biases(p);
	struct prof_stat sum = {0};
	double error = 0;

	for (size_t i = 0; i < p->nfuncs; i++) {
		error += error_of_all(&of[i], &p->funcs[i].stat);
		prof_stat__add(&sum, &p->funcs[i].stat);
	}
	free(of);
	for (size_t i = 0; i < p->nthreads && prof_bias__is_measured(b); i++)
		error += prof_bias__back_cold(b, &p->threads[i]);
	return possible(error, &sum);
}

bool prof_stat__is_estimate(const struct prof_stat *st)
{
	return st->own_bias_ns > 0 && st->own_bias_ns > st->tottime_ns - st->own_away.off_ns;
}

bool prof_pace__known(const struct prof_pace *p)
{
	return p->n >= PROF_PACE_FEWEST;
}

double prof_pace__factor(const struct prof_pace *from, const struct prof_pace *to)
{
	return from->quick_ns > 0 && to->quick_ns > 0 ? to->quick_ns / from->quick_ns : 1;
}

bool prof_bias__costs_less(const struct prof_bias *a, const struct prof_bias *b)
{
	return a->inside_ns + a->outside_ns < b->inside_ns + b->outside_ns;
}

void prof_bias__scale(struct prof_bias *b, double by)
{
	b->inside_ns *= by;
	b->outside_ns *= by;
	b->first_ns *= by;
	b->inside_error *= by;
	b->outside_error *= by;
	b->first_error *= by;
	b->both_error *= by;
	b->c.inside_ns *= by;
	b->c.outside_ns *= by;
	b->c.inside_error *= by;
	b->c.outside_error *= by;
	b->c.both_error *= by;
}

/* As far as the other's errors reach beyond ours: from the one to the other, and then its own. */
static double wider(double error, double from, double to, double beyond)
{
	return fmax(error, fabs(to - from) + beyond);
}

void prof_bias__widen(struct prof_bias *b, const struct prof_bias *other)
{
	struct prof_bias o = *other;

	prof_bias__scale(&o, prof_pace__factor(&o.pace, &b->pace));
	b->inside_error = wider(b->inside_error, b->inside_ns, o.inside_ns, o.inside_error);
	b->outside_error = wider(b->outside_error, b->outside_ns, o.outside_ns, o.outside_error);
	b->first_error = wider(b->first_error, b->first_ns, o.first_ns, o.first_error);
	b->both_error = wider(b->both_error, b->inside_ns + b->outside_ns,
			      o.inside_ns + o.outside_ns, o.both_error);
	b->c.inside_error =
		wider(b->c.inside_error, b->c.inside_ns, o.c.inside_ns, o.c.inside_error);
	b->c.outside_error =
		wider(b->c.outside_error, b->c.outside_ns, o.c.outside_ns, o.c.outside_error);
	b->c.both_error = wider(b->c.both_error, b->c.inside_ns + b->c.outside_ns,
				o.c.inside_ns + o.c.outside_ns, o.c.both_error);
}

static void doubt(struct prof_bias *b, double part)
{
	b->inside_error += part * fabs(b->inside_ns);
	b->outside_error += part * fabs(b->outside_ns);
	b->first_error += part * fabs(b->first_ns);
	b->both_error += part * fabs(b->inside_ns + b->outside_ns);
	b->c.inside_error += part * fabs(b->c.inside_ns);
	b->c.outside_error += part * fabs(b->c.outside_ns);
	b->c.both_error += part * fabs(b->c.inside_ns + b->c.outside_ns);
}

/* How much slower than the quickest all of them were; 0: no slower. */
static double lag(const struct prof_pace *p)
{
	return p->quick_ns > 0 ? fmax(p->mean_ns / p->quick_ns - 1, 0) : 0;
}

/* What part of a call's cost the pace is no measure of: most of a trap. */
static double unseen(const struct prof_bias *b, const struct prof_pace *run)
{
	double both = b->inside_ns + b->outside_ns;

	return both > run->quick_ns ? 1 - run->quick_ns / both : 0;
}

struct prof_bias prof_bias__at_pace(const struct prof_bias *b, const struct prof_pace *run)
{
	struct prof_bias at = *b;
	double factor;

	if (!prof_bias__is_measured(b))
		return at;
	if (!prof_pace__known(&b->pace) || !prof_pace__known(run)) {
		doubt(&at, PROF_PACE_UNKNOWN);
		return at;
	}
	factor = prof_pace__factor(&b->pace, run);
	at.factor = fmin(fmax(factor, PROF_PACE_LEAST), PROF_PACE_MOST);
	prof_bias__scale(&at, at.factor);
	doubt(&at, PROF_PACE_ERROR + sqrt(1.0 / (double)b->pace.n + 1.0 / (double)run->n) +
			   fmax(lag(run) - lag(&b->pace), 0) + fabs(factor / at.factor - 1) +
			   PROF_PACE_UNSEEN * unseen(&at, run));
	return at;
}

bool prof_bias__same(const struct prof_bias *a, const struct prof_bias *b)
{
	return a->from == b->from && a->inside_ns == b->inside_ns &&
	       a->outside_ns == b->outside_ns && a->first_ns == b->first_ns &&
	       a->c.inside_ns == b->c.inside_ns && a->c.outside_ns == b->c.outside_ns;
}
