/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Comparison of the functions that both sides have. */
#include <stdlib.h>

#include "base/mem.h"
#include "model/compare.h"
#include "model/fold.h"

/* Those that one side alone has, by the names of the side after. */
static struct profile *apart_of(const struct changes *c)
{
	struct profile *apart = profile__new();

	for (size_t i = 0; i < c->n; i++) {
		const struct prof_func *f = c->v[i].func;

		if (c->v[i].is_new || c->v[i].is_gone)
			profile__func(apart, f->file, f->line, f->name, NULL);
	}
	return apart;
}

static void take_out(struct profile **of, const struct profile *apart, const struct moves *moves)
{
	struct profile *p = *of;
	bool *hidden = xcalloc(p->nfuncs, sizeof(*hidden));

	for (size_t i = 0; i < p->nfuncs; i++) {
		struct prof_func named = p->funcs[i];

		named.file = moves__apply(moves, p->funcs[i].file);
		hidden[i] = profile__find_func(apart, &named, PROF_NONE) != PROF_NONE;
		free(named.file);
	}
	*of = profile__without(p, hidden, PROF_HIDE);
	profile__free(p);
	free(hidden);
}

struct changes *changes__in_common(struct profile **before, size_t nbefore, struct profile **after,
				   size_t nafter)
{
	struct changes *all = changes__between(before, nbefore, after, nafter);
	struct profile *apart = apart_of(all);
	const struct moves none = {0};

	for (size_t i = 0; i < nbefore; i++)
		take_out(&before[i], apart, &all->moves);
	for (size_t i = 0; i < nafter; i++)
		take_out(&after[i], apart, &none);
	changes__free(all);
	profile__free(apart);
	return changes__between(before, nbefore, after, nafter);
}
