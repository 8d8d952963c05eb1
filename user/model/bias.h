/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Taking the profiler's own time out of a profile: plain arithmetic on its counts, so that it can
 * be done again with other constants. What a call costs the program (its frame made, its arguments
 * passed) is the callee's own time; what the profiler adds to it falls inside the call's measured
 * time or outside it, in its caller's.
 *
 *   own        -= calls * inside + calls made from it * outside
 *   cumulative -= outermost calls * inside + calls beneath them * (inside + outside)
 *
 * A constant may be negative: inline, the program makes a callee's frame before its time starts.
 * Times may become negative, and are shown so, as profile.Profile does with its bias.
 */
#ifndef BPFPROF_BIAS_H
#define BPFPROF_BIAS_H

#include "model/profile.h"

/* Takes p->target.bias, which stays there, off all figures. To be done once. */
void profile__correct(struct profile *p);

/* What a correction takes off; ns. */
int64_t prof_bias__own(const struct prof_bias *b, const struct prof_stat *st);
int64_t prof_bias__cum(const struct prof_bias *b, const struct prof_stat *st);

/*
 * How far off that of own time may be, in ns: the constants' errors times the calls they stand for;
 * and as the constants are those of calls in quick succession, for each call made from it
 * PROF_BIAS_COLD of what the callee takes, up to PROF_BIAS_COLDEST ns, for who comes back from long
 * work finds the profiler's tables and code no longer in the caches ("make bench", PARTS=perturbs).
 * Of one function: those of several add up.
 */
double prof_bias__error(const struct prof_bias *b, const struct prof_stat *st);

#define PROF_BIAS_COLD	  0.005
#define PROF_BIAS_COLDEST 500.0

/* Whether enough was timed to say something of it. */
bool prof_pace__known(const struct prof_pace *p);

/* What makes constants that were found at one pace into those of another; 1 where nothing was timed
 * at one of them. */
double prof_pace__factor(const struct prof_pace *from, const struct prof_pace *to);

/* Constants and errors, times by. */
void prof_bias__scale(struct prof_bias *b, double by);

void prof_pace__add(struct prof_pace *to, const struct prof_pace *more);

/* That of what came after before, which is part of all. */
struct prof_pace prof_pace__since(const struct prof_pace *all, const struct prof_pace *before);

/*
 * What the constants were in a run of that pace. A machine's speed changes, that of a virtual one
 * by 10 % and more within seconds, and what traps cost changes by itself, not as the speed of
 * Python does; but a call's cost and what the profiler's part of it takes change together, within
 * PROF_PACE_ERROR. The constants' errors grow by that and by the doubt about the mean; where too
 * little was timed, by PROF_PACE_UNKNOWN.
 */
struct prof_bias prof_bias__at_pace(const struct prof_bias *b, const struct prof_pace *run);

#define PROF_PACE_ERROR	  0.02
#define PROF_PACE_UNKNOWN 0.1
#define PROF_PACE_FEWEST  64

/* Whether two profiles' constants are the same, so that they can be added up before correction. */
bool prof_bias__same(const struct prof_bias *a, const struct prof_bias *b);

#endif
