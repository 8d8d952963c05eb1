/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tree below a function: by paths exactly, or else by pairs. */
#include "live/top_tree.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "model/tree.h"

#define DEPTH_OF_PAIRS 12 /* pairs go round in circles */
#define BUCKETS	       (4 * TOP_TREE_NODES)

struct growing {
	struct top_tree tree;
	uint32_t buckets[BUCKETS]; /* by id, open addressing: 1 + index of a node; 0: free */
};

void top_tree__free(struct top_tree *t)
{
	free(t->nodes);
	top_stats__free(&t->stats);
}

/* What a node is called by what is above it tells it from all others, but by chance. */
static uint32_t id_of(const struct top_tree *t, uint32_t parent, uint32_t func)
{
	const uint32_t way[] = {parent == TREE_NONE ? 0 : t->nodes[parent].id, func};
	const uint64_t h = hash__add(HASH_START, way, sizeof(way));

	return (uint32_t)(h ^ h >> 32);
}

/* The child of parent that is func, new where there is room; TREE_NONE: there is none. */
static uint32_t child(struct growing *g, uint32_t parent, uint32_t func)
{
	struct top_tree *t = &g->tree;
	const uint32_t depth = parent == TREE_NONE ? 1 : t->nodes[parent].depth + 1;
	const uint32_t id = id_of(t, parent, func);
	uint32_t bucket = id % BUCKETS;

	for (; g->buckets[bucket]; bucket = (bucket + 1) % BUCKETS) {
		const struct top_node *node = &t->nodes[g->buckets[bucket] - 1];

		if (node->parent == parent && node->func == func)
			return g->buckets[bucket] - 1;
	}
	if (t->n == TOP_TREE_NODES)
		return TREE_NONE;
	*ARR_PUSH(t->nodes, t->n) = (struct top_node){parent, func, depth, id};
	g->buckets[bucket] = (uint32_t)t->n;
	return (uint32_t)(t->n - 1);
}

/* --- by paths ----------------------------------------------------------------------------------
 */

/* What stands for a path that is no node of the tree. */
enum {
	AT_ROOT = TREE_NONE - 2, /* of the function, the outermost one on its way */
	AT_CUT,			 /* below it, and there is no room for it */
	AT_NOTHING,		 /* not below it */
};

static uint32_t node_of(struct growing *g, uint32_t root, uint32_t above, uint32_t func)
{
	uint32_t node;

	if (above == AT_NOTHING)
		return func == root ? AT_ROOT : AT_NOTHING;
	if (above == AT_CUT)
		return AT_CUT;
	node = child(g, above == AT_ROOT ? TREE_NONE : above, func);
	return node == TREE_NONE ? AT_CUT : node;
}

static void add_paths(const struct top_model *m, uint32_t func, struct growing *g)
{
	const struct profile *keys = m->keys;
	uint32_t *at = xcalloc(keys->npaths, sizeof(*at));

	for (uint32_t i = 0; i < keys->npaths; i++) {
		const struct prof_path *path = &keys->paths[i];

		at[i] = node_of(g, func, path->parent < i ? at[path->parent] : AT_NOTHING,
				path->func);
	}
	g->tree.stats = top_stats__like(&m->path_stats, g->tree.n);
	for (uint32_t i = 0; i < keys->npaths; i++) {
		if (at[i] < AT_ROOT)
			top_stats__sum(&g->tree.stats, at[i], &m->path_stats, i);
	}
	free(at);
}

/* --- by pairs ----------------------------------------------------------------------------------
 */

/* Whether the function is called by what it calls. */
static bool is_above(const struct top_tree *t, uint32_t node, uint32_t func)
{
	for (; node != TREE_NONE; node = t->nodes[node].parent) {
		if (t->nodes[node].func == func)
			return true;
	}
	return false;
}

static void add_callees(const struct top_model *m, uint32_t root, uint32_t parent,
			struct growing *g)
{
	const uint32_t caller = parent == TREE_NONE ? root : g->tree.nodes[parent].func;

	for (uint32_t i = 0; i < m->nedges; i++) {
		if (m->edges[i].caller == caller)
			child(g, parent, m->edges[i].callee);
	}
}

static void add_up_pairs(const struct top_model *m, uint32_t root, struct top_tree *t)
{
	t->stats = top_stats__like(&m->edge_stats, t->n);
	for (size_t i = 0; i < t->n; i++) {
		const uint32_t above = t->nodes[i].parent;
		const uint32_t caller = above == TREE_NONE ? root : t->nodes[above].func;
		const struct prof_edge *e = profile__find_edge(m->keys, caller, t->nodes[i].func);

		top_stats__sum(&t->stats, i, &m->edge_stats, (size_t)(e - m->keys->edges));
	}
}

/* Level by level, so that what is left out for want of room is the deepest. */
static void add_pairs(const struct top_model *m, uint32_t func, struct growing *g)
{
	const struct top_tree *t = &g->tree;

	add_callees(m, func, TREE_NONE, g);
	for (uint32_t i = 0; i < t->n && t->n < TOP_TREE_NODES; i++) {
		const struct top_node *node = &t->nodes[i];

		if (node->func == func || is_above(t, node->parent, node->func))
			continue;
		if (node->depth < DEPTH_OF_PAIRS)
			add_callees(m, func, i, g);
	}
	add_up_pairs(m, func, &g->tree);
}

struct top_tree top_tree__below(const struct top_model *m, uint32_t func)
{
	struct growing g = {0};

	if (m->keys->npaths)
		add_paths(m, func, &g);
	else
		add_pairs(m, func, &g);
	return g.tree;
}
