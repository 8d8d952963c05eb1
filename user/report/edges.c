/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Edges grouped by one of their ends. Pure. */
#include "report/edges.h"

#include <stdlib.h>

#include "base/mem.h"

uint32_t edge__caller(const struct prof_edge *e)
{
	return e->caller;
}

uint32_t edge__callee(const struct prof_edge *e)
{
	return e->callee;
}

typedef uint32_t (*end_fn)(const struct prof_edge *e);

static int compare(const void *x, const void *y, void *arg)
{
	const struct prof_edge *a = *(const struct prof_edge *const *)x;
	const struct prof_edge *b = *(const struct prof_edge *const *)y;
	end_fn end = *(end_fn *)arg;

	if (end(a) != end(b))
		return end(a) > end(b) ? 1 : -1;
	return (a > b) - (a < b);
}

const struct prof_edge **edges__by(const struct profile *p,
				   uint32_t (*end)(const struct prof_edge *e))
{
	const struct prof_edge **edges = xcalloc(p->nedges + 1, sizeof(*edges));

	for (size_t i = 0; i < p->nedges; i++)
		edges[i] = &p->edges[i];
	qsort_r(edges, p->nedges, sizeof(*edges), compare, &end);
	return edges;
}
