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

/* The median distance from the median. Sorts v. */
static double deviation(double *v, size_t n)
{
	double far[2 * CALIBRATE_ROUNDS], middle = median(v, n);

	for (size_t i = 0; i < n; i++)
		far[i] = fabs(v[i] - middle);
	return median(far, n);
}

static void log_kind(const struct calibration *how, const char *kind, double inside, double outside)
{
	if (how->log)
		fprintf(how->log, "  %-10s %8.1f %8.1f %10.1f\n", kind, inside, outside,
			(inside + outside) / 2);
}

/* Keeps those above 0. How many. */
static size_t keep_timed(double *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i] > 0)
			v[kept++] = v[i];
	}
	return kept;
}

static struct prof_pace usual_pace(const struct prof_pace *of, size_t n)
{
	double quick[CALIBRATE_ROUNDS], mean[CALIBRATE_ROUNDS];
	struct prof_pace pace = {0};

	for (size_t i = 0; i < n; i++) {
		quick[i] = of[i].quick_ns;
		mean[i] = of[i].mean_ns;
		pace.n += of[i].n;
	}
	pace.quick_ns = median(quick, n);
	pace.mean_ns = median(mean, n);
	return pace;
}

/* One kind's constants at its usual pace, and how far the rounds lie apart. False: the clock is too
 * coarse. */
static bool derive_kind(const struct samples *all, size_t k, unsigned int n, struct prof_bias *b)
{
	const struct kind *kind = &kinds[k];
	struct kind_times s = all->kinds[k];
	size_t calls = keep_timed(s.call, 2 * n), bases = keep_timed(s.base, n);
	size_t alone = keep_timed(s.alone, 2 * n);
	double inside[CALIBRATE_ROUNDS], outside[CALIBRATE_ROUNDS], all_of[CALIBRATE_ROUNDS];
	double turns, base, beneath = kind->turn - kind->direct;

	if (!calls || !bases || !alone)
		return false;
	*b = (struct prof_bias){.pace = usual_pace(s.pace, n)};
	turns = median(s.call, calls);
	base = all->slows ? median(s.alone, alone) : median(s.base, bases);
	for (unsigned int i = 0; i < n; i++) {
		const struct prof_pace *pace = &all->kinds[k].pace[i];
		double timed = all->slows ? 0 : all->kinds[k].base[i];
		double turn = timed > 0 ? timed : base;
		double by = prof_pace__known(pace) ? prof_pace__factor(pace, &b->pace) : 1;

		outside[i] = (s.loop[i] - turn) / kind->direct;
		inside[i] = s.leaf[i] - ((turns - 1) * turn + beneath * outside[i]) / kind->turn;
		outside[i] *= by;
		inside[i] *= by;
		all_of[i] = inside[i] + outside[i];
	}
	b->inside_ns = median(inside, n);
	b->outside_ns = median(outside, n);
	b->inside_error = deviation(inside, n) + deviation(s.call, calls) * base / kind->turn;
	b->outside_error = deviation(outside, n);
	b->both_error = deviation(all_of, n) + deviation(s.call, calls) * base / kind->turn;
	return true;
}

/* The constants of the kind that costs least, divided between inside and outside as for most of
 * them; how far the others are is in its errors: of one constant what they deviate by, for calls of
 * a function may be of several kinds; of both together the farthest. A kind that sys.monitoring
 * does not tell of costs less by that, and is not what most calls are: with C functions as rows it
 * is in the errors alone. */
static struct prof_bias least_of(const struct prof_bias *of, const struct kind *kind, size_t n,
				 bool builtins)
{
	double inside[KINDS], far_in = 0, far_out = 0, farthest = 0, sum;
	struct prof_bias least = of[0];

	for (size_t k = 0; k < n; k++) {
		inside[k] = of[k].inside_ns;
		if (prof_bias__costs_less(&of[k], &least) && !(builtins && kind[k].is_untold))
			least = of[k];
	}
	sum = prof_added__both(&least.python);
	least.inside_ns = median(inside, n);
	least.outside_ns = sum - least.inside_ns;
	for (size_t k = 0; k < n; k++) {
		far_in += pow(of[k].inside_ns - least.inside_ns, 2) / (double)n;
		far_out += pow(of[k].outside_ns - least.outside_ns, 2) / (double)n;
		farthest = fmax(farthest, fabs(prof_added__both(&of[k].python) - sum));
	}
	least.both_error += farthest;
	least.inside_error += sqrt(far_in);
	least.outside_error += sqrt(far_out);
	return least;
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
	*bias = least_of(of, kinds, python, how->builtins);
	bias->from = PROF_BIAS_MEASURED;
	derive_first(&all->kinds[SEVERAL], how->rounds, bias);
	c = n > python ? least_of(of + python, kinds + python, n - python, true) : *bias;
	bias->c = c.python;
	return true;
}
