/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A profile without some of its functions. */
#ifndef BPFPROF_FOLD_H
#define BPFPROF_FOLD_H

#include "model/profile.h"

#define PROF_HIDDEN "<hidden functions>" /* the row that stands for them, of file "~" */

enum prof_hiding {
	PROF_HIDE,
	PROF_FOLD,
	PROF_FOLD_AWAY, /* as if they had not been counted */
};

/*
 * A copy without the functions for which hidden[index] is true, and their edges. Folded, their own
 * time goes to the functions that called them, and a row PROF_HIDDEN has their calls, and what time
 * of them no function that is left has called for: own times add up to what they did. What a hidden
 * function took when another hidden one called it goes to the callers of that one by their shares,
 * which a note says, for it is an estimate. Cumulative times stay as they are. Folded away, there
 * is no such row, and the copy is no part of a run.
 */
struct profile *profile__without(const struct profile *p, const bool *hidden, enum prof_hiding how);

/* The reasons of waits of functions, pairs and threads add up, and none is below 0. */
void profile__settle_aways(struct profile *p);

#endif
