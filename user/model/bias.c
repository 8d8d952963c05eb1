/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The constants: at a pace, and their errors. */
#include "model/bias.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

double prof_added__both(const struct prof_added *a)
{
	return a->inside_ns + a->outside_ns;
}

bool prof_added__is_possible(const struct prof_added *a)
{
	return a->outside_ns >= 0 && prof_added__both(a) > 0;
}

#define CONSTANT_MOST 1e9

static bool is_amount(double error)
{
	return error >= 0 && error <= CONSTANT_MOST;
}

static bool added_in_range(const struct prof_added *a)
{
	return fabs(a->inside_ns) <= CONSTANT_MOST && fabs(a->outside_ns) <= CONSTANT_MOST &&
	       is_amount(a->inside_error) && is_amount(a->outside_error) &&
	       is_amount(a->both_error);
}

bool prof_bias__in_range(const struct prof_bias *b)
{
	return added_in_range(&b->python) && added_in_range(&b->c) &&
	       fabs(b->first_ns) <= CONSTANT_MOST && is_amount(b->first_error) &&
	       is_amount(b->factor) && is_amount(b->pace.quick_ns) && is_amount(b->pace.mean_ns) &&
	       is_amount(b->quickest_ns) && is_amount(b->slower);
}

static bool is_same(const struct prof_added *a, const struct prof_added *b)
{
	return a->inside_ns == b->inside_ns && a->outside_ns == b->outside_ns;
}

bool prof_bias__has_c(const struct prof_bias *b)
{
	return !is_same(&b->c, &b->python);
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

/* What is known of how far off a time is, in ns: to either side, and that more is the profiler's.
 */
struct doubts {
	double either, extra;
};

/* What was measured on a CPU is the program's and the profiler's, and neither is less than nothing.
 */
static double possible(const struct doubts *d, const struct prof_stat *st)
{
	double left = (double)(st->tottime_ns - st->own_away.off_ns);
	double down = fmin(d->either + d->extra, left);

	return fmax(fmax(down, fmin(d->either, (double)st->own_bias_ns)), 0);
}

double prof_bias__cold(const struct prof_stat *st)
{
	double beneath = (double)st->cumtime_ns - (double)st->tottime_ns;

	return fmin(fmax(beneath, 0) * PROF_BIAS_COLD, (double)st->child_calls * PROF_BIAS_COLDEST);
}

double prof_bias__others(const struct prof_bias *b, const struct prof_stat *st)
{
	if (!prof_bias__is_measured(b))
		return 0;
	return (double)st->other_events *
	       ((1 + b->slower) * fabs(prof_added__both(&b->python)) + b->python.both_error);
}

static double first_extra(const struct prof_bias *b)
{
	return b->slower * fabs(b->first_ns);
}

double prof_bias__error(const struct prof_bias *b, const struct prof_stat *st)
{
	const double calls = (double)st->ncalls, made = (double)st->child_calls,
		     firsts = (double)st->first_calls;
	struct doubts d = {.either = calls * b->inside_error + made * b->outside_error +
				     firsts * b->first_error + (double)st->settled_error_ns};

	if (prof_bias__is_measured(b))
		d.extra = b->slower * (calls * fabs(b->inside_ns) + made * fabs(b->outside_ns)) +
			  firsts * first_extra(b) + prof_bias__cold(st) + prof_bias__others(b, st);
	return possible(&d, st);
}

/* Adds those of all time of a function. */
static void add_doubts(struct doubts *to, const struct prof_bias *b, const struct prof_stat *st)
{
	const double calls = (double)st->ncalls, firsts = (double)st->first_calls;

	to->either += calls * b->both_error + firsts * b->first_error;
	if (prof_bias__is_measured(b))
		to->extra += calls * b->slower * fabs(prof_added__both(&b->python)) +
			     firsts * first_extra(b) + prof_bias__cold(st) +
			     prof_bias__others(b, st);
}

double prof_bias__each_error(const struct prof_bias *b)
{
	return fmax(b->both_error + b->slower * fabs(prof_added__both(&b->python)),
		    b->c.both_error + b->slower * fabs(prof_added__both(&b->c)));
}

/* What part of a call's cost the pace is no measure of: most of a trap. */
static double unseen_part(const struct prof_bias *b)
{
	return fmax(prof_added__both(&b->python) - b->pace.quick_ns, 0);
}

/* Who comes back and calls nothing finds nothing of the profiler's cold. */
double prof_bias__back_cold(const struct prof_bias *b, const struct prof_thread *t)
{
	return fmin((double)t->switches, (double)t->ncalls) *
	       (PROF_BIAS_BACK_IN * b->first_ns + PROF_BIAS_BACK * unseen_part(b));
}

double profile__bias_error(const struct profile *p)
{
	const struct prof_bias *b = &p->target.bias;
	struct prof_bias *of = profile__biases(p);
	struct prof_stat sum = {0};
	struct doubts all = {.either = (double)p->settled_error_ns};

	for (size_t i = 0; i < p->nfuncs; i++) {
		add_doubts(&all, &of[i], &p->funcs[i].stat);
		prof_stat__add(&sum, &p->funcs[i].stat);
	}
	free(of);
	for (size_t i = 0; i < p->nthreads && prof_bias__is_measured(b); i++)
		all.extra += prof_bias__back_cold(b, &p->threads[i]);
	return possible(&all, &sum);
}

bool prof_stat__is_estimate(const struct prof_stat *st)
{
	return st->own_bias_ns > 0 && st->own_bias_ns > st->tottime_ns - st->own_away.off_ns;
}

bool prof_pace__known(const struct prof_pace *p)
{
	return p->n >= PROF_PACE_FEWEST;
}

double prof_bias__factor(const struct prof_bias *b, double quick_ns)
{
	const double most = b->pace.quick_ns;
	const double least = b->quickest_ns > 0 ? fmin(b->quickest_ns, most) : most;

	if (quick_ns <= 0 || most <= 0)
		return 1;
	return quick_ns > most ? quick_ns / most : quick_ns < least ? quick_ns / least : 1;
}

bool prof_bias__costs_less(const struct prof_bias *a, const struct prof_bias *b)
{
	return prof_added__both(&a->python) < prof_added__both(&b->python);
}

static void scale(struct prof_added *a, double by)
{
	a->inside_ns *= by;
	a->outside_ns *= by;
	a->inside_error *= by;
	a->outside_error *= by;
	a->both_error *= by;
}

/* Constants and errors, times by. */
static void scale_all(struct prof_bias *b, double by)
{
	scale(&b->python, by);
	scale(&b->c, by);
	b->first_ns *= by;
	b->first_error *= by;
}

/* So far that the other, which may be off by its own error, is no contradiction. */
static double wider(double error, double from, double to, double others)
{
	return fmax(error, fabs(to - from) - others);
}

static void widen(struct prof_added *a, const struct prof_added *o)
{
	a->inside_error = wider(a->inside_error, a->inside_ns, o->inside_ns, o->inside_error);
	a->outside_error = wider(a->outside_error, a->outside_ns, o->outside_ns, o->outside_error);
	a->both_error =
		wider(a->both_error, prof_added__both(a), prof_added__both(o), o->both_error);
}

void prof_bias__widen(struct prof_bias *b, const struct prof_bias *other)
{
	struct prof_bias o = *other;

	scale_all(&o, prof_bias__factor(&o, b->pace.quick_ns));
	widen(&b->python, &o.python);
	widen(&b->c, &o.c);
	b->first_error = wider(b->first_error, b->first_ns, o.first_ns, o.first_error);
}

static void doubt_added(struct prof_added *a, double part)
{
	a->inside_error += part * fabs(a->inside_ns);
	a->outside_error += part * fabs(a->outside_ns);
	a->both_error += part * fabs(prof_added__both(a));
}

static void doubt(struct prof_bias *b, double part)
{
	doubt_added(&b->python, part);
	doubt_added(&b->c, part);
	b->first_error += part * fabs(b->first_ns);
}

double prof_pace__lag(const struct prof_pace *p)
{
	return p->quick_ns > 0 ? fmax(p->mean_ns / p->quick_ns - 1, 0) : 0;
}

/* How far the quickest may be off, as a part of them: they are an order statistic of so many. */
static double doubt_of(const struct prof_pace *p)
{
	return PROF_PACE_DOUBT * fmax(prof_pace__lag(p), PROF_PACE_SPREAD) / sqrt((double)p->n);
}

static double unseen(const struct prof_bias *b)
{
	return unseen_part(b) / fmax(prof_added__both(&b->python), 1);
}

/* Of how far a call's cost was off while it was measured, that part is more, if anything. */
static void raise_part(struct prof_bias *b, double part)
{
	b->slower += part * b->both_error / fmax(fabs(prof_added__both(&b->python)), 1);
	b->python.both_error *= 1 - part;
	b->c.both_error *= 1 - part;
}

struct prof_bias prof_bias__at_pace(const struct prof_bias *b, const struct prof_pace *run)
{
	struct prof_bias at = *b;
	double factor, beyond;

	if (!prof_bias__is_measured(b))
		return at;
	if (!prof_pace__known(&b->pace) || !prof_pace__known(run)) {
		doubt(&at, PROF_PACE_UNKNOWN);
		at.slower += PROF_PACE_UNSEEN;
		return at;
	}
	factor = prof_bias__factor(b, run->quick_ns);
	at.factor = fmin(fmax(factor, PROF_PACE_LEAST), PROF_PACE_MOST);
	at.factor = fmin(at.factor, 1 + (at.factor - 1) * (1 - unseen(b)));
	scale_all(&at, at.factor);
	raise_part(&at, unseen(b));
	beyond = factor / at.factor - 1;
	doubt(&at, PROF_PACE_ERROR + hypot(doubt_of(&b->pace), doubt_of(run)) + fmax(-beyond, 0) +
			   PROF_PACE_EASED * unseen(b));
	at.slower += PROF_PACE_LAG * fmax(prof_pace__lag(run) - prof_pace__lag(&b->pace), 0) +
		     fmax(beyond, 0) + (PROF_PACE_UNSEEN - PROF_PACE_EASED) * unseen(b);
	return at;
}

bool prof_bias__same(const struct prof_bias *a, const struct prof_bias *b)
{
	return a->from == b->from && a->first_ns == b->first_ns &&
	       is_same(&a->python, &b->python) && is_same(&a->c, &b->c);
}
