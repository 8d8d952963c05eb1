/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The clocks that a profile can be read by: all are kept in every profile. */
#ifndef BPFPROF_CLOCK_H
#define BPFPROF_CLOCK_H

#include "model/profile.h"

struct prof_clock {
	const char *name;
	const char *help;
	int wall, off, wait;  /* how much of each makes up this time */
	unsigned int reasons; /* and which reasons, a bit each */
};

extern const struct prof_clock prof_clocks[]; /* the first is wall; ends with a NULL name */

const struct prof_clock *prof_clock__find(const char *name); /* NULL: unknown */

/* The own and the cumulative time of a row by that clock, in ns. */
int64_t prof_clock__own(const struct prof_clock *clock, const struct prof_stat *st);
int64_t prof_clock__cum(const struct prof_clock *clock, const struct prof_stat *st);

/* Whether more was taken off its own time than is left of it by that clock, which what was taken is
 * a part of: an estimate, not a measurement. */
bool prof_stat__is_estimate_by(const struct prof_stat *st, const struct prof_clock *clock);

/* Wall time and what it consists of: cpu, blocked, runnable; only the first where p knows no more.
 * Returns how many. */
#define PROF_CLOCK_PARTS 4
size_t prof_clock__parts(const struct profile *p, const struct prof_clock *parts[PROF_CLOCK_PARTS]);

/* A copy whose tottime and cumtime are by that clock; its figures of time away are kept. */
struct profile *profile__by_clock(const struct profile *p, const struct prof_clock *clock);

#endif
