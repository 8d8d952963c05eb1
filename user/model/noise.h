/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the constants leave unsure of the difference between two runs.
 *
 * A constant that is wrong by x is so in both runs of one build on one machine: it takes x too much
 * off each call of each, so that only x times the calls that one has more stands in the difference.
 * Where the two measured the constant anew, and got d apart, that adds d a call. What is not common
 * to both is how far a run's own pace tells its cost: PROF_PACE_UNSEEN of it at most. Two of other
 * interpreters, backends or kinds have nothing in common, and all their errors add up; so do those
 * of runs whose calls of C functions have constants of their own.
 */
#ifndef BPFPROF_NOISE_H
#define BPFPROF_NOISE_H

#include "model/profile.h"

enum owed { OWED_INSIDE, OWED_OUTSIDE, OWED_FIRST, OWED_BOTH, OWEDS };

/* A mean over runs: how often each constant was taken off, as of a run of the pace at which they
 * were found, and the time in ns that colder calls may have taken beyond. */
struct noise_owed {
	double times[OWEDS];
	double cold;
};

/* The constants of the runs of one side, at that pace: their mean, and the least error stated. */
struct noise_side {
	double ns[OWEDS], error[OWEDS];
	size_t n;
	const struct prof_target *first;
	bool mixed; /* its runs have nothing in common */
};

/* Adds one run to its side. */
void noise_side__add(struct noise_side *s, const struct profile *p);
/* Whether the constants of both sides are of one build on one machine, so that their errors are the
 * same. */
bool noise__is_common(const struct noise_side *a, const struct noise_side *b);

/* Adds a run of n: its own time; with beneath, its cumulative one. */
void noise_owed__add(struct noise_owed *to, const struct profile *p, const struct prof_stat *st,
		     bool beneath, size_t n);
/* Of all functions together. */
void noise_owed__add_total(struct noise_owed *to, const struct profile *p, size_t n);

/* In ns: what is common to both, and, squared, what is not. */
double noise__common(const struct noise_side *a, const struct noise_owed *before,
		     const struct noise_side *b, const struct noise_owed *after);
double noise__apart(const struct noise_side *s, const struct noise_owed *of);

#endif
