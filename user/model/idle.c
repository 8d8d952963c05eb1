/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which rows had a part in what happened, and which are named by those that had. */
#include "model/idle.h"

#include <stdlib.h>

#include "base/mem.h"

struct idle {
	const struct profile *p;
	bool *funcs, *paths;
};

bool prof_stat__is_idle(const struct prof_stat *st)
{
	return !st->ncalls && !st->tottime_ns && !st->own_bias_ns && !st->life.ended &&
	       !(st->open && (st->cumtime_ns || st->cum_bias_ns));
}

bool profile__is_idle(const struct profile *p, enum prof_rows of, size_t i,
		      const struct prof_stat *st)
{
	return prof_stat__is_idle(st) && prof_io__is_none(&profile__io(p, of, i)->cum);
}

static void mark_rows(struct idle *idle)
{
	const struct profile *p = idle->p;

	for (size_t i = 0; i < p->nfuncs; i++)
		idle->funcs[i] = profile__is_idle(p, PROF_FUNCS, i, &p->funcs[i].stat);
	for (size_t i = 0; i < p->npaths; i++)
		idle->paths[i] = profile__is_idle(p, PROF_PATHS, i, &p->paths[i].stat);
}

static void unmark_named_by_awaits(struct idle *idle)
{
	for (size_t i = 0; i < idle->p->awaits.n; i++) {
		const struct prof_await *a = &idle->p->awaits.v[i];

		if (!a->tasks && !a->ns)
			continue;
		idle->funcs[a->func] = idle->funcs[a->task] = false;
		if (a->path < idle->p->npaths)
			idle->paths[a->path] = false;
	}
}

/* A path comes after the one it is on. */
static void unmark_named_by_paths(struct idle *idle)
{
	for (size_t i = idle->p->npaths; i-- > 0;) {
		const struct prof_path *path = &idle->p->paths[i];

		if (idle->paths[i])
			continue;
		idle->funcs[path->func] = false;
		if (path->parent < i)
			idle->paths[path->parent] = false;
	}
}

static void unmark_named(struct idle *idle)
{
	const struct profile *p = idle->p;

	unmark_named_by_awaits(idle);
	unmark_named_by_paths(idle);
	for (size_t i = 0; i < p->nedges; i++)
		idle->funcs[p->edges[i].caller] = idle->funcs[p->edges[i].callee] = false;
	for (size_t i = 0; i < p->nparts; i++)
		idle->funcs[p->parts[i].func] = false;
	for (size_t i = 0; i < p->nevents; i++)
		idle->funcs[p->events[i].func] = false;
}

struct profile *profile__without_idle(const struct profile *p)
{
	struct idle idle = {p, xcalloc(p->nfuncs, sizeof(bool)), xcalloc(p->npaths, sizeof(bool))};
	struct profile *to;

	mark_rows(&idle);
	unmark_named(&idle);
	to = profile__some(p, idle.funcs, idle.paths);
	free(idle.funcs);
	free(idle.paths);
	return to;
}
