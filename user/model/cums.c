/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Cumulative times of functions and pairs, as the paths that they have add up to. */
#include "model/cums.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/tree.h"

/* Sums by key of the paths that are not beneath another of the same key. */
static int64_t *sums_of(const struct profile *p, const uint32_t *keys, const uint32_t *above,
			size_t nkeys, const int64_t *cums)
{
	int64_t *sums = xcalloc(nkeys + 1, sizeof(*sums));

	for (size_t i = 0; i < p->npaths; i++) {
		if (above[i] == TREE_NONE)
			sums[keys[i]] = prof_ns(sums[keys[i]] + cums[i]);
	}
	return sums;
}

static void set_cum(struct prof_stat *st, int64_t raw, int64_t corrected)
{
	if (raw != prof_ns(st->cumtime_ns + st->cum_bias_ns) || corrected < st->tottime_ns)
		return; /* some paths are missing */
	st->cumtime_ns = corrected;
	st->cum_bias_ns = prof_ns(raw - corrected);
}

void cums__of_funcs(struct profile *p, const struct tree *tree, const struct cums *c)
{
	uint32_t *keys = xcalloc(p->npaths + 1, sizeof(*keys)), *above;
	int64_t *raw, *corrected;

	for (size_t i = 0; i < p->npaths; i++)
		keys[i] = p->paths[i].func;
	above = tree__above(tree, keys, p->nfuncs);
	raw = sums_of(p, keys, above, p->nfuncs, c->raw);
	corrected = sums_of(p, keys, above, p->nfuncs, c->corrected);
	for (size_t i = 0; i < p->nfuncs; i++)
		set_cum(&p->funcs[i].stat, raw[i], corrected[i]);
	free(keys);
	free(above);
	free(raw);
	free(corrected);
}

void cums__of_edges(struct profile *p, const struct tree *tree, const struct cums *c,
		    const uint32_t *edges)
{
	uint32_t *above = tree__above(tree, edges, p->nedges + 1);
	int64_t *raw = sums_of(p, edges, above, p->nedges + 1, c->raw);
	int64_t *corrected = sums_of(p, edges, above, p->nedges + 1, c->corrected);

	for (size_t i = 0; i < p->nedges; i++)
		set_cum(&p->edges[i].stat, raw[i], corrected[i]);
	free(above);
	free(raw);
	free(corrected);
}
