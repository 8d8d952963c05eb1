/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Figures that belong together, once each was changed for itself: of two readings the larger, or
 * what there is more in the second. A figure that was read a little too large, or cut to whole
 * nanoseconds, is then out of order with others:
 *
 *   0 <= own time off a CPU <= own time <= cumulative time
 *   own time on a CPU <= cumulative time on a CPU
 */
#ifndef BPFPROF_MODEL_ORDER_H
#define BPFPROF_MODEL_ORDER_H

#include "model/profile.h"

/* In that order again: time away is cut to what there was, a cumulative time raised to what is in
 * it. */
void prof_stat__order(struct prof_stat *st);
void prof_thread__order(struct prof_thread *t);

/* Raised to no less than from. The reasons add up again, to no less than before: what is too much
 * is taken off what has risen. */
void prof_away__raise(struct prof_away *to, const struct prof_away *from);

/* Own times of edges are no less than those of their paths, and a function's no less than those of
 * its edges. */
void profile__order_own(struct profile *p);

/* All rows of what was just read: of two clocks, each cut to whole nanoseconds, whose rates agree
 * to some parts in a hundred million. */
void profile__order_read(struct profile *p);

#endif
