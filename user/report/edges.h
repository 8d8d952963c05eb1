/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Edges grouped by one of their ends. */
#ifndef BPFPROF_EDGES_H
#define BPFPROF_EDGES_H

#include "model/profile.h"

/* An end of an edge: an index into the functions of its profile. */
uint32_t edge__caller(const struct prof_edge *e);
uint32_t edge__callee(const struct prof_edge *e);

/* All edges of p by that end, those of one in the order of the profile. To be freed. */
const struct prof_edge **edges__by(const struct profile *p,
				   uint32_t (*end)(const struct prof_edge *e));

#endif
