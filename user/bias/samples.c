/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The arithmetic of the calibration: medians of rounds, and of kinds the least. */
#include "bias/samples.h"

#include <math.h>
#include <stdlib.h>

#include "model/bias.h"

const struct kind kinds[KINDS] = {
	{"several", 16, 16, false, false}, /* functions in turn */
	{"plain", 1, 1, false, false},	   {"arguments", 1, 1, false, false},
	{"method", 1, 1, false, false},	   {"recursion", 8, 1, false, false},
	{"generator", 1, 1, true, false},  {"len", 1, 1, false, true},
	{"isinstance", 1, 1, false, true}, {"isdigit", 1, 1, false, true},
	{"get", 1, 1, false, true},
};

#define SEVERAL 0 /* the kind of which first calls are told by */

size_t kinds__of(const struct calibration *how)
{
	return how->builtins ? KINDS : KINDS_OF_PYTHON;
}

static int compare(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* Sorts v. */
static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* The least of those above 0, and how far the next is from it. False: there is none. */
static bool least_timed(const double *v, size_t n, double *least, double *to_next)
{
	double first = HUGE_VAL, second = HUGE_VAL;

	for (size_t i = 0; i < n; i++) {
		if (v[i] <= 0)
			continue;
		second = fmin(second, fmax(first, v[i]));
		first = fmin(first, v[i]);
	}
	*least = first;
	*to_next = second < HUGE_VAL ? second - first : first;
	return first < HUGE_VAL;
}

static void log_kind(const struct calibration *how, const char *kind, double inside, double outside)
{
	if (how->log)
		fprintf(how->log, "  %-10s %8.1f %8.1f %10.1f\n", kind, inside, outside,
			(inside + outside) / 2);
}

/* What a turn takes in a round that is seen. */
static double seen_turn(const struct kind_times *s, const struct kind *kind, size_t round)
{
	return s->loop[round] + s->leaf[round] * kind->turn;
}

/* A round's constants. own: that of the calls of a turn, alone. */
static struct prof_added added_in(const struct kind_times *s, const struct kind *kind,
				  unsigned int round, double base, double own)
{
	double outside = (s->loop[round] - base) / kind->direct;
	double beneath = (kind->turn - kind->direct) * outside;

	return (struct prof_added){.outside_ns = outside,
				   .inside_ns = s->leaf[round] - (own + beneath) / kind->turn};
}

/* The round that took least of those that found what can be, without that one; n: none. The rest
 * were slowed down by what else the machine does, or were told to be away for longer than they
 * took.
 */
static unsigned int quickest(const struct kind_times *s, const struct kind *kind,
			     const struct prof_added *of, unsigned int n, unsigned int without)
{
	unsigned int found = n;

	for (unsigned int i = 0; i < n; i++) {
		if (i != without && s->loop[i] > 0 && s->leaf[i] > 0 &&
		    prof_added__is_possible(&of[i]) &&
		    (found == n || seen_turn(s, kind, i) < seen_turn(s, kind, found)))
			found = i;
	}
	return found;
}

/* One kind's constants, of its quickest round, and how far the next one is: where there is none,
 * nothing is. Where no round found what can be, constants of 0. False: the clock is too coarse. */
static bool derive_kind(const struct samples *all, size_t k, unsigned int n, struct prof_bias *b)
{
	const struct kind_times *s = &all->kinds[k];
	const struct kind *kind = &kinds[k];
	double call, alone, base, call_off, alone_off, base_off;
	struct prof_added of[CALIBRATE_ROUNDS + 1] = {0}, *next;
	unsigned int best;

	if (!least_timed(s->call, 2 * (size_t)n, &call, &call_off) ||
	    !least_timed(s->alone, 2 * (size_t)n, &alone, &alone_off) ||
	    !least_timed(s->base, n, &base, &base_off))
		return false;
	if (all->slows)
		base = alone;
	for (unsigned int i = 0; i < n; i++)
		of[i] = added_in(s, kind, i, base, (call / alone - 1) * base);
	best = quickest(s, kind, of, n, n);
	next = &of[quickest(s, kind, of, n, best)];
	*b = (struct prof_bias){.python = of[best]};
	if (best < n)
		b->pace = s->pace[best];
	b->inside_error = fabs(next->inside_ns - b->inside_ns) + call_off / kind->turn;
	b->outside_error = fabs(next->outside_ns - b->outside_ns) + base_off / kind->direct;
	b->both_error =
		fabs(prof_added__both(next) - prof_added__both(&b->python)) + call_off / kind->turn;
	return true;
}

/* The kind that costs least; inside as for most of them. NULL: none could be measured. */
static const struct prof_bias *find_least(const struct prof_bias *of, const struct kind *kind,
					  size_t n, bool builtins, double *inside)
{
	const struct prof_bias *least = NULL;
	double each[KINDS];
	size_t found = 0;

	for (size_t k = 0; k < n; k++) {
		if (!prof_added__is_possible(&of[k].python))
			continue;
		each[found++] = of[k].inside_ns;
		if (!(builtins && kind[k].is_untold) &&
		    (!least || prof_bias__costs_less(&of[k], least)))
			least = &of[k];
	}
	*inside = found ? median(each, found) : 0;
	return least;
}

/* The constants of the kind that costs least, divided between inside and outside as for most of
 * them; how far the others are is in its errors: of one constant what they deviate by, for calls of
 * a function may be of several kinds; of both together the farthest, which is nothing at all for
 * one that could not be measured. A kind that sys.monitoring does not tell of costs less by that,
 * and is not what most calls are: with C functions as rows it is in the errors alone. False: none
 * could be measured. */
static bool least_of(const struct prof_bias *of, const struct kind *kind, size_t n, bool builtins,
		     struct prof_bias *to)
{
	double inside, far_in = 0, far_out = 0, farthest = 0, lag = 0, sum;
	const struct prof_bias *least = find_least(of, kind, n, builtins, &inside);

	if (!least)
		return false;
	*to = *least;
	to->quickest_ns = least->pace.quick_ns;
	sum = prof_added__both(&least->python);
	to->inside_ns = fmin(inside, sum);
	to->outside_ns = sum - to->inside_ns;
	for (size_t k = 0; k < n; k++) {
		far_in += pow(of[k].inside_ns - to->inside_ns, 2) / (double)n;
		far_out += pow(of[k].outside_ns - to->outside_ns, 2) / (double)n;
		farthest = fmax(farthest, fabs(prof_added__both(&of[k].python) - sum));
		if (of[k].pace.n)
			to->quickest_ns = fmin(to->quickest_ns, of[k].pace.quick_ns);
		lag = fmax(lag, prof_pace__lag(&of[k].pace));
	}
	to->pace.mean_ns = to->pace.quick_ns * (1 + lag);
	to->both_error += farthest;
	to->inside_error += sqrt(far_in);
	to->outside_error += sqrt(far_out);
	return true;
}

/* What the first call of a function by another costs beyond that: the least of the rounds. */
static void derive_first(const struct kind_times *several, unsigned int n, struct prof_bias *b)
{
	double first[CALIBRATE_ROUNDS], least = HUGE_VAL;

	for (unsigned int i = 0; i < n; i++) {
		first[i] = fmax(several->fresh[i] - several->loop[i], 0) * FEW / TURN;
		least = fmin(least, first[i]);
	}
	b->first_ns = least;
	b->first_error = median(first, n) - least;
}

bool samples__derive(const struct samples *all, const struct calibration *how,
		     struct prof_bias *bias)
{
	const size_t python = KINDS_OF_PYTHON, n = kinds__of(how);
	struct prof_bias of[KINDS], c;

	for (size_t k = 0; k < n; k++) {
		if (!derive_kind(all, k, how->rounds, &of[k]))
			return false;
		log_kind(how, kinds[k].name, of[k].inside_ns, of[k].outside_ns);
	}
	if (!least_of(of, kinds, python, how->builtins, bias))
		return false;
	bias->from = PROF_BIAS_MEASURED;
	derive_first(&all->kinds[SEVERAL], how->rounds, bias);
	c = *bias;
	if (n > python && !least_of(of + python, kinds + python, n - python, true, &c))
		return false;
	bias->c = c.python;
	return true;
}
