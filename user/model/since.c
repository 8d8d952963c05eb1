/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What happened from one reading of a run to a later one. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/holds.h"
#include "model/idle.h"
#include "model/order.h"
#include "model/window.h"

#define LESS(field) to->field = to->field > from->field ? to->field - from->field : 0

static void less_away(struct prof_away *to, const struct prof_away *from)
{
	LESS(off_ns);
	LESS(wait_ns);
	for (int r = 0; r < PROF_REASONS; r++)
		LESS(reason_ns[r]);
	prof_away__settle(to);
}

static void less_life(struct prof_life *to, const struct prof_life *from)
{
#define LESS_COUNT(name) LESS(name);
#define LESS_TIME(name)	 LESS(name##_ns);
	PROF_LIFE_MEMBERS(LESS_COUNT, LESS_TIME)
}

/* A time and what was taken off it. Together they are what was measured, which only grows; by
 * constants that were found anew meanwhile either may be less than it was. */
static void less_time(int64_t *ns, int64_t *bias_ns, int64_t was_ns, int64_t was_bias_ns)
{
	int64_t raw = *ns + *bias_ns - was_ns - was_bias_ns;

	raw = raw > 0 ? raw : 0;
	*ns = *ns > was_ns ? *ns - was_ns : 0;
	*bias_ns = raw - *ns;
}

void prof_stat__less(struct prof_stat *to, const struct prof_stat *from)
{
	LESS(ncalls);
	LESS(primitive_calls);
	less_time(&to->tottime_ns, &to->own_bias_ns, from->tottime_ns, from->own_bias_ns);
	less_time(&to->cumtime_ns, &to->cum_bias_ns, from->cumtime_ns, from->cum_bias_ns);
	LESS(settled_error_ns);
	less_away(&to->own_away, &from->own_away);
	less_away(&to->cum_away, &from->cum_away);
	LESS(child_calls);
	LESS(first_calls);
	LESS(other_events);
	LESS(calls_beneath);
	LESS(open);
	to->open = prof_count(to->open + from->still);
	less_life(&to->life, &from->life);
	prof_stat__order(to);
}

/* The least and the longest hit are those of the whole run. */
static void less_hits(struct prof_hits *to, const struct prof_hits *from)
{
	LESS(hit_count);
	LESS(total_ns);
	LESS(own_ns);
	for (int i = 0; i < PROF_BUCKETS; i++)
		LESS(histogram[i]);
	if (!to->hit_count)
		to->min_ns = to->max_ns = 0;
}

#define RATE_ERROR 10000 /* one in so many: no rate of a clock that is found anew is so far off */

/* The same of a row: the time that it had is no other by the rate that it is told with now, where
 * no activation can have added to it. */
static void less_row(struct prof_stat *to, const struct prof_stat *from)
{
	prof_stat__less(to, from);
	if (!to->ncalls && !to->open &&
	    to->tottime_ns + to->own_bias_ns <= (from->tottime_ns + from->own_bias_ns) / RATE_ERROR)
		to->tottime_ns = to->own_bias_ns = 0;
}

static void less_func(struct profile *p, size_t i, const struct profile *earlier, uint32_t was)
{
	less_row(&p->funcs[i].stat, &earlier->funcs[was].stat);
	profile__less_io(p, PROF_FUNCS, i, earlier, was);
}

/* The functions of p in an earlier reading; PROF_NONE: there was none. */
static uint32_t *less_funcs(struct profile *p, const struct profile *earlier)
{
	uint32_t *map = xcalloc(p->nfuncs, sizeof(*map));

	for (size_t i = 0; i < p->nfuncs; i++) {
		map[i] = profile__find_func(earlier, &p->funcs[i], i);
		if (map[i] != PROF_NONE)
			less_func(p, i, earlier, map[i]);
	}
	return map;
}

/* Those that are not idle. */
static void less_edges(struct profile *p, const struct profile *now, const struct profile *earlier,
		       const uint32_t *map)
{
	for (size_t i = 0; i < now->nedges; i++) {
		const struct prof_edge *e = &now->edges[i];
		const struct prof_edge *was =
			profile__find_edge(earlier, map[e->caller], map[e->callee]);
		const size_t then = was ? (size_t)(was - earlier->edges) : SIZE_MAX;
		struct prof_stat st = e->stat;

		if (was)
			less_row(&st, &was->stat);
		if (prof_stat__is_idle(&st) &&
		    !prof_io__went_on(&profile__io(now, PROF_EDGES, i)->cum,
				      &profile__io(earlier, PROF_EDGES, then)->cum))
			continue;
		profile__edge(p, e->caller, e->callee)->stat = st;
		profile__add_io(p, PROF_EDGES, p->nedges - 1, now, i);
		profile__less_io(p, PROF_EDGES, p->nedges - 1, earlier, then);
	}
}

/* The path i of p in an earlier reading, where its functions and the paths before it are by these
 * maps; PROF_NONE: there was none. */
static uint32_t earlier_path(const struct profile *p, size_t i, const struct profile *earlier,
			     const uint32_t *funcs, const uint32_t *paths)
{
	uint32_t parent = p->paths[i].parent;

	if (parent < i && paths[parent] == PROF_NONE)
		return PROF_NONE;
	return profile__find_path(earlier, parent < i ? paths[parent] : parent,
				  funcs[p->paths[i].func]);
}

static void less_awaits(struct profile *p, const struct profile *earlier, const uint32_t *funcs,
			const uint32_t *paths)
{
	for (size_t i = 0; i < p->awaits.n; i++) {
		struct prof_await *to = &p->awaits.v[i], key = *to;
		const struct prof_await *from = prof_await__mapped(&key, funcs, paths)
							? profile__find_await(earlier, &key)
							: NULL;

		if (!from)
			continue;
		LESS(tasks);
		LESS(ns);
	}
}

static void less_path(struct profile *p, size_t i, const struct profile *earlier, uint32_t was)
{
	less_row(&p->paths[i].stat, &earlier->paths[was].stat);
	profile__less_io(p, PROF_PATHS, i, earlier, was);
}

static void less_paths(struct profile *p, const struct profile *earlier, const uint32_t *funcs)
{
	uint32_t *paths = xcalloc(p->npaths, sizeof(*paths));

	for (size_t i = 0; i < p->npaths; i++) {
		paths[i] = earlier_path(p, i, earlier, funcs, paths);
		if (paths[i] != PROF_NONE)
			less_path(p, i, earlier, paths[i]);
	}
	less_awaits(p, earlier, funcs, paths);
	free(paths);
}

/* Strips begin anew with a reading. What began before is of a thread that has ended. */
static void drop_strip_before(struct prof_thread *t, uint64_t ns)
{
	if (!t->strip || t->strip->start_ns >= ns)
		return;
	free(t->strip);
	t->strip = NULL;
}

/* The rows of earlier threads; PROF_NONE: there was none. */
static uint32_t *less_threads(struct profile *p, const struct profile *then)
{
	uint32_t *map = xcalloc(p->nthreads, sizeof(*map));
	size_t likely = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		struct prof_thread *to = &p->threads[i];
		const struct prof_thread *from;

		map[i] = prof_thread__find(then, to, likely);
		if (map[i] == PROF_NONE)
			continue;
		likely = map[i] + 1;
		from = &then->threads[map[i]];
		LESS(ncalls);
		less_time(&to->tottime_ns, &to->bias_ns, from->tottime_ns, from->bias_ns);
		LESS(switches);
		LESS(untold);
		LESS(untold_ns);
		LESS(idle_ns);
		less_away(&to->away, &from->away);
		prof_thread__order(to);
		drop_strip_before(to, from->end_ns);
	}
	return map;
}

static void less_blocks(struct profile *p, struct profile *then, const uint32_t *threads)
{
	for (size_t i = 0; i < p->nblocks && p->clears == then->clears; i++) {
		struct prof_block *b = &p->blocks[i];
		const struct prof_track *t = &p->tracks[b->track];
		struct prof_block *was = profile__block(
			then, profile__track(then, t->group, t->idx), b->name, b->file, b->line);

		less_hits(&b->hits, &was->hits);
		for (size_t k = 0; k < b->nthreads; k++) {
			uint32_t thread = b->threads[k].thread;

			thread = thread < p->nthreads ? threads[thread] : thread;
			less_hits(&b->threads[k].hits, prof_block__hits(was, thread));
		}
	}
}

static void less_holds(struct profile *p, const struct profile *then, const uint32_t *threads)
{
	for (size_t i = 0; i < p->nholds; i++) {
		struct prof_hold *to = &p->holds[i];

		for (size_t k = 0; k < then->nholds; k++) {
			const struct prof_hold *from = &then->holds[k];

			if (from->thread == threads[to->thread] && prof_hold__same(to, from))
				LESS(ns);
		}
	}
	p->gil_free_ns -= then->gil_free_ns < p->gil_free_ns ? then->gil_free_ns : p->gil_free_ns;
	profile__settle_holds(p);
}

static void less_losses(struct profile *p, const struct profile *then)
{
	for (size_t i = 0; i < p->nlosses; i++) {
		struct prof_loss *to = &p->losses[i];

		for (size_t k = 0; k < then->nlosses; k++) {
			const struct prof_loss *from = &then->losses[k];

			if (!strcmp(to->name, from->name))
				LESS(count);
		}
	}
}

static void drop_no_losses(struct profile *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nlosses; i++) {
		struct prof_loss l = p->losses[i];

		if (l.count) {
			p->losses[n++] = l;
			continue;
		}
		free(l.name);
		free(l.text);
	}
	p->nlosses = n;
}

/* Every function of now is in it, idle or not. */
static struct profile *span_of(const struct profile *now, const struct profile *earlier)
{
	struct profile *p = profile__copy_head(now), *then = profile__copy_head(earlier);
	struct prof_target *to = &p->target;
	const struct prof_target *from = &earlier->target;
	uint32_t *funcs, *threads;

	profile__copy_funcs(p, now);
	p->events_gone = now->events_gone;
	profile__copy_awaits(p, now);
	funcs = less_funcs(p, earlier);
	less_edges(p, now, earlier, funcs);
	less_paths(p, earlier, funcs);
	profile__order_own(p);
	threads = less_threads(p, then);
	less_blocks(p, then, threads);
	less_holds(p, then, threads);
	less_losses(p, then);
	drop_no_losses(p);
	p->settled_error_ns -= earlier->settled_error_ns;
	to->start_ns += from->duration_ns;
	to->started_at += (int64_t)(from->duration_ns / 1000000000);
	LESS(duration_ns);
	free(funcs);
	free(threads);
	profile__free(then);
	return p;
}

struct profile *profile__since(const struct profile *now, const struct profile *earlier)
{
	struct profile *all = span_of(now, earlier), *p = profile__without_idle(all);

	profile__free(all);
	return p;
}
