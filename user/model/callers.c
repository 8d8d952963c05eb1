/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "model/callers.h"

#include "base/mem.h"

double callers__weight(const struct prof_edge *e)
{
	return (e->stat.cumtime_ns > 0 ? e->stat.cumtime_ns : 0) + 1.;
}

/* Calls that no function made, as those of the interpreter's start, have their share too. */
static void count_calls_by_none(const struct prof_stat *st, struct callers *c)
{
	if (st->ncalls <= c->ncalls)
		return;
	c->weight += 1. + (st->cumtime_ns > c->weight ? st->cumtime_ns - c->weight : 0.);
	c->n++;
}

struct callers *callers__of(const struct profile *p)
{
	struct callers *callers = xcalloc(p->nfuncs, sizeof(*callers));

	for (size_t i = 0; i < p->nedges; i++) {
		const struct prof_edge *e = &p->edges[i];
		struct callers *c = &callers[e->callee];

		c->ncalls += e->stat.ncalls;
		if (e->caller != e->callee) {
			c->weight += callers__weight(e);
			c->n++;
		}
	}
	for (size_t i = 0; i < p->nfuncs; i++)
		count_calls_by_none(&p->funcs[i].stat, &callers[i]);
	return callers;
}
