/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Call paths: corrected, and folded. */
#include "model/paths.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/amount.h"
#include "model/bias.h"
#include "model/cums.h"
#include "model/tree.h"

/* An index in profile order comes after its parent's, so a loop from the end goes upwards. */
uint32_t *paths__parents(const struct profile *p)
{
	uint32_t *parents = xcalloc(p->npaths + 1, sizeof(*parents));

	for (size_t i = 0; i < p->npaths; i++)
		parents[i] = p->paths[i].parent < i ? p->paths[i].parent : TREE_NONE;
	return parents;
}

struct prof_stat *paths__remainder(const struct profile *p)
{
	struct prof_stat *rest = xcalloc(p->nfuncs, sizeof(*rest));

	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_stat *st = &p->funcs[i].stat;

		rest[i].ncalls = st->ncalls;
		rest[i].tottime_ns = st->tottime_ns;
		rest[i].own_away.off_ns = st->own_away.off_ns;
		rest[i].own_away.wait_ns = st->own_away.wait_ns;
	}
	for (size_t i = 0; i < p->npaths; i++) {
		const struct prof_stat *st = &p->paths[i].stat;
		struct prof_stat *of = &rest[p->paths[i].func];

		of->ncalls -= st->ncalls < of->ncalls ? st->ncalls : of->ncalls;
		of->tottime_ns -= st->tottime_ns;
		of->own_away.off_ns -= st->own_away.off_ns;
		of->own_away.wait_ns -= st->own_away.wait_ns;
	}
	return rest;
}

/* What a path's cumulative figures have beyond its own and those of the paths on it. */
struct rest {
	struct amount part;
	int64_t beneath; /* calls */
};

static struct amount own_of(const struct profile *p, size_t i)
{
	return amount__of(&p->paths[i].stat, profile__io(p, PROF_PATHS, i));
}

static struct amount cum_of(const struct profile *p, size_t i)
{
	const struct prof_stat *st = &p->paths[i].stat;

	return (struct amount){.own = st->cumtime_ns,
			       .bias = st->cum_bias_ns,
			       .away = st->cum_away,
			       .io = profile__io(p, PROF_PATHS, i)->cum};
}

static void set_cum_of(struct profile *p, size_t i, const struct amount *a)
{
	struct prof_stat *st = &p->paths[i].stat;

	st->cumtime_ns = a->own;
	st->cum_bias_ns = a->bias;
	st->cum_away = a->away;
	if (p->target.io)
		profile__make_io(p, PROF_PATHS, i)->cum = a->io;
}

/* What was read while it ran, or is the difference of two readings, may have less. */
static void at_least_none(struct amount *rest)
{
	const int64_t off = rest->away.off_ns > 0 ? rest->away.off_ns : 0;

	rest->own = rest->own < off ? off : rest->own;
}

static struct rest *rests_of(const struct profile *p)
{
	struct rest *rests = xcalloc(p->npaths + 1, sizeof(*rests));

	for (size_t i = 0; i < p->npaths; i++) {
		const struct prof_path *path = &p->paths[i];
		const struct amount own = own_of(p, i), cum = cum_of(p, i);

		amount__add(&rests[i].part, &cum, 1);
		amount__add(&rests[i].part, &own, -1);
		rests[i].beneath += (int64_t)path->stat.calls_beneath;
		if (path->parent >= i)
			continue;
		amount__add(&rests[path->parent].part, &cum, -1);
		rests[path->parent].beneath -=
			(int64_t)(path->stat.calls_beneath + path->stat.ncalls);
	}
	for (size_t i = 0; i < p->npaths; i++)
		at_least_none(&rests[i].part);
	return rests;
}

/* Cumulative figures anew, from own ones and the rests. */
static void add_up(struct profile *p, const struct rest *rests)
{
	for (size_t i = 0; i < p->npaths; i++) {
		const int64_t beneath = rests[i].beneath;
		struct amount cum = own_of(p, i);

		amount__add(&cum, &rests[i].part, 1);
		set_cum_of(p, i, &cum);
		p->paths[i].stat.calls_beneath = beneath > 0 ? (uint64_t)beneath : 0;
	}
	for (size_t i = p->npaths; i-- > 0;) {
		const struct prof_path *path = &p->paths[i];
		struct prof_stat *above;
		struct amount cum, more;

		if (path->parent >= i)
			continue;
		cum = cum_of(p, path->parent);
		more = cum_of(p, i);
		amount__add(&cum, &more, 1);
		set_cum_of(p, path->parent, &cum);
		above = &p->paths[path->parent].stat;
		above->calls_beneath = prof_count(above->calls_beneath + path->stat.calls_beneath +
						  path->stat.ncalls);
	}
}

/* --- correction --------------------------------------------------------------------------------
 */

static double room_of(const struct prof_stat *st)
{
	return fmax((double)st->tottime_ns - (double)st->own_away.off_ns, 0);
}

static void take(struct prof_stat *st, int64_t ns)
{
	st->tottime_ns = prof_ns(st->tottime_ns - ns);
	st->own_bias_ns = prof_ns(st->own_bias_ns + ns);
}

/* The edge that a path's calls go by; p->nedges: none. */
static uint32_t edge_of(struct profile *p, size_t i)
{
	uint32_t parent = p->paths[i].parent;
	size_t before = p->nedges;
	struct prof_edge *e;

	if (parent >= i)
		return (uint32_t)before;
	e = profile__edge(p, p->paths[parent].func, p->paths[i].func);
	return (uint32_t)(e - p->edges);
}

/* Of each path; to be freed. */
static uint32_t *edges_of(struct profile *p)
{
	uint32_t *edges = xcalloc(p->npaths + 1, sizeof(*edges));

	for (size_t i = 0; i < p->npaths; i++)
		edges[i] = edge_of(p, i);
	for (size_t i = 0; i < p->npaths; i++)
		edges[i] = p->paths[i].parent < i ? edges[i] : (uint32_t)p->nedges;
	return edges;
}

/* Of an edge whose paths are all there, or of all else of a function: what its paths have yet to
 * give, and the room that they have for it. */
struct share {
	double left, room;
	uint32_t paths;
	double given; /* so far, unrounded */
	int64_t taken;
};

/* Of the edges and, from p->nedges on, of the functions; keys: per path its edge, for which that of
 * the share is put. To be freed. */
static struct share *shares_of(const struct profile *p, uint32_t *keys)
{
	struct share *shares = xcalloc(p->nedges + p->nfuncs + 1, sizeof(*shares));
	int64_t *own = xcalloc(p->nedges + 1, sizeof(*own));

	for (size_t i = 0; i < p->npaths; i++)
		own[keys[i]] = prof_ns(own[keys[i]] + p->paths[i].stat.tottime_ns);
	for (size_t i = 0; i < p->nfuncs; i++)
		shares[p->nedges + i].left = (double)p->funcs[i].stat.own_bias_ns;
	for (size_t i = 0; i < p->nedges; i++) {
		const struct prof_edge *e = &p->edges[i];

		if (own[i] != prof_ns(e->stat.tottime_ns + e->stat.own_bias_ns))
			continue;
		shares[i].left = (double)e->stat.own_bias_ns;
		shares[p->nedges + e->callee].left -= shares[i].left;
		own[i] = -1;
	}
	for (size_t i = 0; i < p->npaths; i++) {
		if (keys[i] >= p->nedges || own[keys[i]] >= 0)
			keys[i] = (uint32_t)p->nedges + p->paths[i].func;
	}
	free(own);
	return shares;
}

/* Two rounds: what each path's calls account for, then what is left of its share, by room. */
static void correct_own(struct profile *p, const struct prof_bias *of, const uint32_t *edges)
{
	uint32_t *keys = arr_copy(edges, p->npaths, sizeof(*edges));
	struct share *shares = shares_of(p, keys);

	for (size_t i = 0; i < p->npaths; i++) {
		struct prof_stat *st = &p->paths[i].stat;
		double ns = fmin(prof_bias__own(&of[p->paths[i].func], st), room_of(st));

		take(st, (int64_t)llround(ns));
		shares[keys[i]].left -= (double)st->own_bias_ns;
		shares[keys[i]].room += room_of(st);
		shares[keys[i]].paths++;
	}
	for (size_t i = 0; i < p->npaths; i++) {
		struct share *s = &shares[keys[i]];
		double part = s->room > 0 ? room_of(&p->paths[i].stat) / s->room : 1.0 / s->paths;
		int64_t ns;

		s->given += s->left * part;
		ns = (int64_t)llround(s->given) - s->taken;
		s->taken += ns;
		take(&p->paths[i].stat, ns);
	}
	free(shares);
	free(keys);
}

void paths__correct(struct profile *p, const struct prof_bias *of)
{
	uint32_t *parents = paths__parents(p), *edges = edges_of(p);
	struct tree tree = tree__of(parents, p->npaths);
	struct rest *rests = rests_of(p);
	struct cums c = {xcalloc(p->npaths + 1, sizeof(*c.raw)),
			 xcalloc(p->npaths + 1, sizeof(*c.corrected))};

	for (size_t i = 0; i < p->npaths; i++)
		c.raw[i] = p->paths[i].stat.cumtime_ns;
	correct_own(p, of, edges);
	add_up(p, rests);
	for (size_t i = 0; i < p->npaths; i++) {
		c.corrected[i] = p->paths[i].stat.cumtime_ns;
		p->paths[i].stat.cum_bias_ns = prof_ns(c.raw[i] - c.corrected[i]);
	}
	if (p->npaths) { /* else they are all missing */
		cums__of_funcs(p, &tree, &c);
		cums__of_edges(p, &tree, &c, edges);
	}
	tree__free(&tree);
	free(c.raw);
	free(c.corrected);
	free(rests);
	free(parents);
	free(edges);
}

/* --- recursion folded --------------------------------------------------------------------------
 */

/* The path of that function on parent, or an earlier one on the way to it. above: whether there may
 * be such. */
static uint32_t folded_path(struct profile *p, uint32_t parent, uint32_t func, bool above)
{
	for (uint32_t at = parent; above && at < PROF_FOLDED; at = p->paths[at].parent) {
		if (p->paths[at].func == func)
			return at;
	}
	return profile__path(p, parent, func);
}

/* Own ones: the cumulative are added up anew. */
static void fold_io(struct profile *p, const uint32_t *to)
{
	struct prof_io_rows before = p->io[PROF_PATHS];

	p->io[PROF_PATHS] = (struct prof_io_rows){0};
	for (size_t i = 0; i < before.n; i++)
		prof_ios__add(profile__make_io(p, PROF_PATHS, to[i]),
			      &(struct prof_ios){.own = before.v[i].own});
	free(before.v);
}

static void fold_awaits(struct profile *p, const uint32_t *to)
{
	struct prof_await *before = p->awaits.v;
	const size_t n = p->awaits.n;

	profile__forget_awaits(p);
	for (size_t i = 0; i < n; i++) {
		if (before[i].path != PROF_NONE)
			before[i].path = to[before[i].path];
		profile__add_await(p, &before[i]);
	}
	free(before);
}

void paths__fold_recursion(struct profile *p)
{
	uint32_t *parents = paths__parents(p), *keys = xcalloc(p->npaths + 1, sizeof(*keys)),
		 *above;
	uint32_t *to = xcalloc(p->npaths + 1, sizeof(*to));
	struct rest *before = rests_of(p), *after;
	struct tree tree = tree__of(parents, p->npaths);
	struct prof_path *paths = profile__forget_paths(p);

	for (size_t i = 0; i < tree.n; i++)
		keys[i] = paths[i].func;
	above = tree__above(&tree, keys, p->nfuncs);
	after = xcalloc(tree.n + 1, sizeof(*after));
	for (size_t i = 0; i < tree.n; i++) {
		uint32_t parent = parents[i] == TREE_NONE ? paths[i].parent : to[parents[i]];

		to[i] = folded_path(p, parent, paths[i].func, above[i] != TREE_NONE);
		prof_stat__add(&p->paths[to[i]].stat, &paths[i].stat);
		if (above[i] != TREE_NONE)
			p->paths[to[i]].stat.primitive_calls -= paths[i].stat.primitive_calls;
		amount__add(&after[to[i]].part, &before[i].part, 1);
		after[to[i]].beneath += before[i].beneath;
	}
	fold_io(p, to);
	add_up(p, after);
	fold_awaits(p, to);
	tree__free(&tree);
	free(parents);
	free(keys);
	free(above);
	free(to);
	free(before);
	free(after);
	free(paths);
}
