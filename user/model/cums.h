/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Corrected cumulative times of functions and pairs, from those of their paths. Pure. */
#ifndef BPFPROF_CUMS_H
#define BPFPROF_CUMS_H

#include "model/profile.h"

struct tree;

/* Cumulative times of each path in ns, before the correction and after. */
struct cums {
	int64_t *raw, *corrected;
};

/* tree: of the paths. Rows of which some paths are missing stay as they are. */
void cums__of_funcs(struct profile *p, const struct tree *tree, const struct cums *c);

/* edges: of each path the edge that its calls go by; p->nedges: none. */
void cums__of_edges(struct profile *p, const struct tree *tree, const struct cums *c,
		    const uint32_t *edges);

#endif
