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

/* What a correction takes off own time, and how far off it may be: the constants' errors times the
 * calls they stand for; ns. */
int64_t prof_bias__own(const struct prof_bias *b, const struct prof_stat *st);
int64_t prof_bias__cum(const struct prof_bias *b, const struct prof_stat *st);
double prof_bias__error(const struct prof_bias *b, const struct prof_stat *st);

/* Whether two profiles' constants are the same, so that they can be added up before correction. */
bool prof_bias__same(const struct prof_bias *a, const struct prof_bias *b);

#endif
