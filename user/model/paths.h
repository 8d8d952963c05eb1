/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a profile's call paths say of its other figures, and how they are reshaped. */
#ifndef BPFPROF_PATHS_H
#define BPFPROF_PATHS_H

#include "model/profile.h"

/* Per path, its caller's; what is no index: none. To be freed: what tree__of takes. */
uint32_t *paths__parents(const struct profile *p);

/* Per function, what no path of it holds of its calls, its own time, and of that the time off a CPU
 * and ready to run; all else is 0. To be freed. */
struct prof_stat *paths__remainder(const struct profile *p);

/*
 * After the correction of functions and edges: takes off each path what its calls account for, then
 * of each edge what is left of its own, where its paths have room, so that the own times of
 * paths add up to their edge's, and to their function's. Cumulative times are those of the path and
 * of what is called on it; a function's and an edge's are then the sum of those that recursion does
 * not count twice, where that is so of the times as measured. Exact but for rounding to whole
 * nanoseconds. of: as profile__biases says it.
 */
void paths__correct(struct profile *p, const struct prof_bias *of);

/* Moves the calls of a function that is on the path already into that earlier path, whose are then
 * all that is called from there. Own times and calls stay the same in sum; a cumulative one is that
 * of the path and of what is now on it. */
void paths__fold_recursion(struct profile *p);

#endif
