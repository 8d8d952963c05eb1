/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Call paths, into the profile, and what they add up to. A path is open at most once at a time in a
 * thread, so that recursion shows in its shape: an activation is nested in another of its pair
 * where a path above has the same pair. The accounting knows the rest by itself (acc_func_cold).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/ticks.h"
#include "model/profile.h"
#include "model/tree.h"
#include "reader/parts.h"

/* A caller and a callee, as one thread calls them, by their acc_func. */
struct pair {
	__u32 caller, callee;
	struct prof_stat stat;	    /* of all paths */
	struct prof_stat outermost; /* cumulative figures of those not beneath another */
	__u64 own_ticks;
};

/* Cumulative times of an acc_func's paths that are beneath another of its paths. */
struct overlap {
	__u64 ticks;
	__s64 ns;
};

/* One reading of the tables. Of what may change meanwhile, each is read once. */
struct reading {
	const struct tables *t;
	const uint32_t *map; /* codes to functions */
	const struct ticks_clock *clock;
	struct profile *p;
	__u32 n; /* edges */
	struct prof_stat *stats;
	__u64 *own_ticks, *cum_ticks;
	uint32_t *parents; /* edges; TREE_NONE: none, or not known */
	uint32_t *pair_of; /* the last of all pairs: it is no path */
	bool *folded, *nested;
	struct pair *pairs;
	size_t npairs;
	uint32_t *buckets; /* open addressing from a pair to its number plus one */
	size_t nbuckets;
};

static uint32_t pair_find(struct reading *r, __u32 caller, __u32 callee)
{
	uint64_t hash = (((uint64_t)caller << 32) | callee) * 0x9e3779b97f4a7c15ull;
	size_t i = (hash >> 32) & (r->nbuckets - 1);

	for (; r->buckets[i]; i = (i + 1) & (r->nbuckets - 1)) {
		const struct pair *pair = &r->pairs[r->buckets[i] - 1];

		if (pair->caller == caller && pair->callee == callee)
			return r->buckets[i] - 1;
	}
	r->buckets[i] = ++r->npairs;
	r->pairs[r->npairs - 1].caller = caller;
	r->pairs[r->npairs - 1].callee = callee;
	return r->npairs - 1;
}

/* Not only open or looked up: it has calls, or was open before it was seen. */
static bool is_used(const struct prof_stat *stat)
{
	return stat->ncalls || stat->open;
}

/* Own times of a pair's paths are cut to nanoseconds such that they add up to what the pair's ticks
 * come to. */
static struct prof_stat stat_of(struct reading *r, __u32 i, struct pair *pair)
{
	const struct acc_edge *e = &r->t->edges[i];
	struct prof_stat stat = edge__stat(r->t, e, &r->t->edges_cold[i], r->clock);
	__s64 before = length__of(r->clock, pair->own_ticks);

	r->own_ticks[i] = ONCE(e->own_ticks);
	pair->own_ticks += r->own_ticks[i];
	stat.tottime_ns = length__of(r->clock, pair->own_ticks) - before;
	r->cum_ticks[i] = ONCE(e->cum_ticks);
	return stat;
}

/* Cumulative times are cut to nanoseconds such that each is its path's own time and those of the
 * paths on it, as its ticks are: a path comes after the one it is on. */
static void add_cums(struct reading *r)
{
	__u64 *beneath = xcalloc(r->n, sizeof(*beneath));
	__s64 *beneath_ns = xcalloc(r->n, sizeof(*beneath_ns));

	for (__u32 i = r->n; i-- > 0;) {
		struct prof_stat *st = &r->stats[i];

		const __u64 rest = r->cum_ticks[i] - r->own_ticks[i] - beneath[i];

		st->cumtime_ns =
			prof_ns(st->tottime_ns + beneath_ns[i] + length__of(r->clock, rest));
		if (r->parents[i] == TREE_NONE)
			continue;
		beneath[r->parents[i]] += r->cum_ticks[i];
		beneath_ns[r->parents[i]] = prof_ns(beneath_ns[r->parents[i]] + st->cumtime_ns);
	}
	free(beneath);
	free(beneath_ns);
}

/* The edge at i: whose child it is, of which pair, and its figures. */
static void read_edge(struct reading *r, __u32 i)
{
	const struct acc_edge *e = &r->t->edges[i];
	const struct acc_edge_cold *more = &r->t->edges_cold[i];
	__u32 context = ONCE(more->context), callee = ONCE(e->func), caller = 0;

	r->parents[i] = TREE_NONE;
	r->pair_of[i] = r->n;
	if (!e->key || func__at(r->t, r->map, callee) == PROF_NONE)
		return;
	r->folded[i] = context & ACC_FOLDED;
	if (r->folded[i]) {
		caller = context & ~ACC_FOLDED;
	} else if (context && context < i && r->pair_of[context] < r->n) {
		r->parents[i] = context; /* which this thread took before */
		caller = r->pairs[r->pair_of[context]].callee;
	}
	r->pair_of[i] = pair_find(r, caller, callee);
	r->stats[i] = stat_of(r, i, &r->pairs[r->pair_of[i]]);
}

static void add_to_pair(struct pair *pair, const struct prof_stat *stat, bool nested)
{
	struct prof_stat outermost = {.primitive_calls = stat->primitive_calls,
				      .cumtime_ns = stat->cumtime_ns,
				      .cum_away = stat->cum_away,
				      .calls_beneath = stat->calls_beneath};

	prof_stat__add(&pair->stat, stat);
	if (!nested)
		prof_stat__add(&pair->outermost, &outermost);
}

static void add_up(struct reading *r)
{
	struct tree tree = tree__of(r->parents, r->n);
	uint32_t *above = tree__above(&tree, r->pair_of, r->n + 1);

	for (__u32 i = 0; i < r->n; i++) {
		r->nested[i] = above[i] != TREE_NONE;
		if (r->pair_of[i] < r->n)
			add_to_pair(&r->pairs[r->pair_of[i]], &r->stats[i], r->nested[i]);
	}
	free(above);
	tree__free(&tree);
}

/* To be freed. */
static struct overlap *overlaps_of(const struct reading *r)
{
	const __u32 none = r->t->size.funcs;
	struct overlap *overlaps = xcalloc((size_t)none + 1, sizeof(*overlaps));
	struct tree tree = tree__of(r->parents, r->n);
	uint32_t *funcs = xcalloc(r->n, sizeof(*funcs)), *above;

	for (__u32 i = 0; i < r->n; i++)
		funcs[i] = r->pair_of[i] < r->n ? r->pairs[r->pair_of[i]].callee : none;
	above = tree__above(&tree, funcs, (size_t)none + 1);
	for (__u32 i = 0; i < r->n; i++) {
		if (above[i] == TREE_NONE)
			continue;
		overlaps[funcs[i]].ticks += r->cum_ticks[i];
		overlaps[funcs[i]].ns += r->stats[i].cumtime_ns;
	}
	free(funcs);
	free(above);
	tree__free(&tree);
	return overlaps;
}

/* Functions have what they count twice taken off as the accounting knows it, in ticks. Where the
 * paths have the same, it shall be the same in their nanoseconds: then a function's cumulative time
 * is the sum of those of its outermost paths. */
static void settle_overlaps(const struct reading *r)
{
	struct overlap *overlaps = overlaps_of(r);

	for (__u32 i = 0; i < r->t->size.funcs; i++) {
		uint32_t f = func__at(r->t, r->map, i);

		if (f != PROF_NONE && overlaps[i].ticks == r->t->funcs_cold[i].overlap_ticks)
			r->p->funcs[f].stat.cumtime_ns +=
				length__of(r->clock, overlaps[i].ticks) - overlaps[i].ns;
	}
	free(overlaps);
}

/* A function's figures are those of all paths, of which its own take off what is counted twice. */
static void add_pair(struct reading *r, const struct pair *pair)
{
	uint32_t callee = func__at(r->t, r->map, pair->callee);
	uint32_t caller = func__at(r->t, r->map, pair->caller);
	struct prof_stat stat = pair->stat;

	if (callee == PROF_NONE || !is_used(&stat))
		return;
	stat.primitive_calls = stat.ncalls;
	prof_stat__add(&r->p->funcs[callee].stat, &stat);
	if (caller == PROF_NONE)
		return;
	stat.primitive_calls = pair->outermost.primitive_calls;
	stat.cumtime_ns = pair->outermost.cumtime_ns;
	stat.cum_away = pair->outermost.cum_away;
	stat.calls_beneath = pair->outermost.calls_beneath;
	prof_stat__add(&profile__edge(r->p, caller, callee)->stat, &stat);
}

/* What was read and written in the edge at i, which is that path, of that function. */
static void add_io(struct reading *r, __u32 i, uint32_t path, uint32_t func)
{
	const uint32_t caller = func__at(r->t, r->map, r->pairs[r->pair_of[i]].caller);
	struct prof_ios io = io__of_edge(r->t, i);
	struct prof_edge *e;

	prof_ios__add(profile__make_io(r->p, PROF_PATHS, path), &io);
	prof_ios__add(profile__make_io(r->p, PROF_FUNCS, func), &io);
	if (caller == PROF_NONE)
		return;
	if (r->nested[i])
		io.cum = (struct prof_io){.failed = 0};
	e = profile__edge(r->p, caller, func);
	prof_ios__add(profile__make_io(r->p, PROF_EDGES, e - r->p->edges), &io);
}

/* The tree of all threads together. */
static void add_paths(struct reading *r)
{
	uint32_t *paths = xcalloc(r->n, sizeof(*paths));
	__u64 folded = 0;

	for (__u32 i = 0; i < r->n; i++) {
		const struct pair *pair = &r->pairs[r->pair_of[i]];
		uint32_t parent = r->folded[i] ? PROF_FOLDED : PROF_NONE, func = PROF_NONE;

		paths[i] = PROF_NONE;
		if (r->pair_of[i] < r->n)
			func = func__at(r->t, r->map, pair->callee);
		if (func == PROF_NONE)
			continue;
		if (r->parents[i] != TREE_NONE)
			parent = paths[r->parents[i]];
		paths[i] = profile__path(r->p, parent, func);
		if (is_used(&pair->stat))
			prof_stat__add(&r->p->paths[paths[i]].stat, &r->stats[i]);
		if (is_used(&pair->stat) && io__is_on(r->t))
			add_io(r, i, paths[i], func);
		if (r->folded[i])
			folded += r->stats[i].ncalls;
	}
	awaits__add(r->t, r->map, paths, r->p, r->clock);
	loss__add(r->p, ACC_LOSS_PATHS_FULL, folded);
	free(paths);
}

void paths__add(const struct tables *t, const uint32_t *map, struct profile *p,
		const struct ticks_clock *clock)
{
	const __u32 n = tables__taken(ONCE(t->ctl->edges), t->size.edges);
	struct reading r = {.t = t, .map = map, .p = p, .clock = clock, .n = n, .nbuckets = 1024};

	while (r.nbuckets < 2 * (size_t)n)
		r.nbuckets *= 2;
	r.stats = xcalloc(n, sizeof(*r.stats));
	r.own_ticks = xcalloc(n, sizeof(*r.own_ticks));
	r.cum_ticks = xcalloc(n, sizeof(*r.cum_ticks));
	r.parents = xcalloc(n, sizeof(*r.parents));
	r.pair_of = xcalloc(n, sizeof(*r.pair_of));
	r.folded = xcalloc(n, sizeof(*r.folded));
	r.nested = xcalloc(n, sizeof(*r.nested));
	r.pairs = xcalloc(n + 1, sizeof(*r.pairs));
	r.buckets = xcalloc(r.nbuckets, sizeof(*r.buckets));
	for (__u32 i = 0; i < n; i++)
		read_edge(&r, i);
	add_cums(&r);
	add_up(&r);
	for (size_t i = 0; i < r.npairs; i++)
		add_pair(&r, &r.pairs[i]);
	settle_overlaps(&r);
	add_paths(&r);
	free(r.stats);
	free(r.own_ticks);
	free(r.cum_ticks);
	free(r.parents);
	free(r.pair_of);
	free(r.folded);
	free(r.nested);
	free(r.pairs);
	free(r.buckets);
}
