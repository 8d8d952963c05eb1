/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who called a function, as far as its time goes by shares to these. Pure. */
#ifndef BPFPROF_CALLERS_H
#define BPFPROF_CALLERS_H

#include "model/profile.h"

struct callers {
	double weight; /* of all, calls of no function among them; ns */
	uint64_t ncalls;
	uint32_t n; /* but itself */
};

/* By function of p; to be freed. */
struct callers *callers__of(const struct profile *p);
/* What one caller's share is by, in ns: never 0. */
double callers__weight(const struct prof_edge *e);

#endif
