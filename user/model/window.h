/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPFPROF_MODEL_WINDOW_H
#define BPFPROF_MODEL_WINDOW_H

#include "model/profile.h"

/* What happened from an earlier reading of a run to the later one now: a profile of that span
 * alone, without the functions that had no part in it. Neither has had its bias taken off. The
 * least and the longest hit of a block stay those of the whole run. */
struct profile *profile__since(const struct profile *now, const struct profile *earlier);

/* What happened since from_ns (CLOCK_MONOTONIC), where before is a reading of about then: as
 * profile__since, with parts and events too. Threads and processes begin with the window. */
struct profile *profile__in_window(const struct profile *now, const struct profile *before,
				   uint64_t from_ns);

/* Since when its figures are: its beginning, or that of the interval that p is of. */
uint64_t prof_thread__from(const struct profile *p, const struct prof_thread *t);
/* p's threads did before what they did in another interval, of which nothing else is told. */
void profile__precede_strips(struct profile *p, const struct profile *before);

#endif
