/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Readings of a run that goes on: none shows less than the one before. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/holds.h"
#include "model/order.h"
#include "model/profile.h"

#define RAISE(field) to->field = to->field < from->field ? from->field : to->field

static void raise_life(struct prof_life *to, const struct prof_life *from)
{
#define RAISE_COUNT(name) RAISE(name);
#define RAISE_TIME(name)  RAISE(name##_ns);
	PROF_LIFE_MEMBERS(RAISE_COUNT, RAISE_TIME)
}

static void raise_stat(struct prof_stat *to, const struct prof_stat *from)
{
	RAISE(ncalls);
	RAISE(primitive_calls);
	RAISE(tottime_ns);
	RAISE(cumtime_ns);
	prof_away__raise(&to->own_away, &from->own_away);
	prof_away__raise(&to->cum_away, &from->cum_away);
	RAISE(child_calls);
	RAISE(first_calls);
	RAISE(other_events);
	RAISE(calls_beneath);
	RAISE(open);
	raise_life(&to->life, &from->life);
	prof_stat__order(to);
}

static void raise_losses(struct profile *p, const struct profile *earlier)
{
	for (size_t i = 0; i < earlier->nlosses; i++) {
		const struct prof_loss *l = &earlier->losses[i];
		uint64_t now = 0;

		for (size_t k = 0; k < p->nlosses; k++)
			now += strcmp(p->losses[k].name, l->name) ? 0 : p->losses[k].count;
		if (now < l->count)
			profile__add_loss(p, l->name, l->text, l->count - now);
	}
}

static uint32_t *raise_threads(struct profile *p, const struct profile *earlier)
{
	uint32_t *map = xcalloc(earlier->nthreads, sizeof(*map));
	size_t likely = 0;

	for (size_t i = 0; i < earlier->nthreads; i++) {
		const struct prof_thread *from = &earlier->threads[i];
		struct prof_thread *to;

		map[i] = prof_thread__find(p, from, likely);
		if (map[i] == PROF_NONE)
			continue;
		likely = map[i] + 1;
		to = &p->threads[map[i]];
		RAISE(ncalls);
		RAISE(tottime_ns);
		RAISE(switches);
		RAISE(untold);
		RAISE(untold_ns);
		RAISE(idle_ns);
		prof_away__raise(&to->away, &from->away);
		prof_thread__order(to);
	}
	return map;
}

/* Figures of hits belong together. */
static void raise_hits(struct prof_hits *to, const struct prof_hits *from)
{
	if (from->hit_count > to->hit_count)
		*to = *from;
	if (from->total_ns > to->total_ns)
		to->total_ns = from->total_ns;
	if (from->own_ns > to->own_ns)
		to->own_ns = from->own_ns;
}

static void raise_block(struct profile *p, const struct profile *earlier,
			const struct prof_block *was, const uint32_t *threads)
{
	const struct prof_track *t = &earlier->tracks[was->track];
	struct prof_block *b = profile__block(p, profile__track(p, t->group, t->idx), was->name,
					      was->file, was->line);

	raise_hits(&b->hits, &was->hits);
	for (size_t i = 0; i < was->nthreads; i++) {
		uint32_t thread = threads[was->threads[i].thread];

		if (thread != PROF_NONE)
			raise_hits(prof_block__hits(b, thread), &was->threads[i].hits);
	}
}

static void raise_blocks(struct profile *p, const struct profile *earlier, const uint32_t *threads)
{
	if (p->clears != earlier->clears)
		return;
	for (size_t i = 0; i < earlier->nblocks; i++)
		raise_block(p, earlier, &earlier->blocks[i], threads);
}

static void raise_awaits(struct profile *p, const struct profile *earlier, const uint32_t *map,
			 const uint32_t *paths)
{
	for (size_t i = 0; i < earlier->awaits.n; i++) {
		const struct prof_await *from = &earlier->awaits.v[i];
		struct prof_await key = *from, *to;

		if (!prof_await__mapped(&key, map, paths))
			continue;
		to = profile__await(p, &key);
		RAISE(tasks);
		RAISE(ns);
	}
}

/* The functions of earlier are in p by map. */
static void raise_paths(struct profile *p, const struct profile *earlier, const uint32_t *map)
{
	uint32_t *paths = xcalloc(earlier->npaths, sizeof(*paths));

	for (size_t i = 0; i < earlier->npaths; i++) {
		const struct prof_path *path = &earlier->paths[i];
		uint32_t parent = path->parent < i ? paths[path->parent] : path->parent;

		paths[i] = profile__path(p, parent, map[path->func]);
		raise_stat(&p->paths[paths[i]].stat, &path->stat);
		profile__raise_io(p, PROF_PATHS, paths[i], earlier, i);
	}
	raise_awaits(p, earlier, map, paths);
	free(paths);
}

void profile__keep_up(struct profile *p, const struct profile *earlier)
{
	uint32_t *threads = raise_threads(p, earlier);
	uint32_t *map = xcalloc(earlier->nfuncs + 1, sizeof(*map));

	for (size_t i = 0; i < earlier->nfuncs; i++) {
		const struct prof_func *f = &earlier->funcs[i];

		map[i] = profile__find_func(p, f, i);
		if (map[i] == PROF_NONE) {
			map[i] = profile__func(p, f->file, f->line, f->name, f->qualname);
			p->funcs[map[i]].kind = f->kind;
		}
		raise_stat(&p->funcs[map[i]].stat, &f->stat);
		profile__raise_io(p, PROF_FUNCS, map[i], earlier, i);
	}
	for (size_t i = 0; i < earlier->nedges; i++) {
		const struct prof_edge *e = &earlier->edges[i];
		struct prof_edge *to = profile__edge(p, map[e->caller], map[e->callee]);

		raise_stat(&to->stat, &e->stat);
		profile__raise_io(p, PROF_EDGES, to - p->edges, earlier, i);
	}
	raise_paths(p, earlier, map);
	profile__order_own(p);
	raise_blocks(p, earlier, threads);
	raise_losses(p, earlier);
	profile__settle_holds(p);
	free(threads);
	free(map);
}
