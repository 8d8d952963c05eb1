/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Trees as arrays of parents. */
#include "model/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void link_first(struct tree *t, uint32_t node)
{
	uint32_t parent = t->parents[node];
	uint32_t *head = parent < node ? &t->first[parent] : &t->root;

	t->next[node] = *head;
	*head = node;
}

static void unlink_all(struct tree *t)
{
	memset(t->first, 0xff, (t->n + 1) * sizeof(*t->first));
	t->root = TREE_NONE;
}

struct tree tree__of(const uint32_t *parents, size_t n)
{
	struct tree t = {parents, n, xcalloc(n + 1, sizeof(*t.first)),
			 xcalloc(n + 1, sizeof(*t.next)), TREE_NONE};

	unlink_all(&t);
	for (size_t i = n; i-- > 0;)
		link_first(&t, (uint32_t)i);
	return t;
}

void tree__sort(struct tree *t, const uint32_t *order)
{
	unlink_all(t);
	for (size_t i = t->n; i-- > 0;)
		link_first(t, order[i]);
}

uint32_t tree__after(const struct tree *t, uint32_t node, bool skip)
{
	if (!skip && t->first[node] != TREE_NONE)
		return t->first[node];
	while (t->next[node] == TREE_NONE) {
		if (t->parents[node] >= node)
			return TREE_NONE;
		node = t->parents[node];
	}
	return t->next[node];
}

void tree__free(struct tree *t)
{
	free(t->first);
	free(t->next);
}

/* A walk down and up: each node is entered before those below it and left after them. */
struct walk {
	const struct tree *t;
	const uint32_t *keys;
	uint32_t *open; /* per key, the innermost node that is entered and not left */
	uint32_t *above;
};

static void enter(struct walk *w, uint32_t node)
{
	uint32_t *open = &w->open[w->keys[node]];

	w->above[node] = *open;
	*open = node;
}

/* Leaves nodes up to one that has another beside it, and returns that. */
static uint32_t leave(struct walk *w, uint32_t node)
{
	for (;;) {
		uint32_t parent = w->t->parents[node];

		w->open[w->keys[node]] = w->above[node];
		if (w->t->next[node] != TREE_NONE)
			return w->t->next[node];
		if (parent >= node)
			return TREE_NONE;
		node = parent;
	}
}

uint32_t *tree__above(const struct tree *t, const uint32_t *keys, size_t nkeys)
{
	struct walk w = {t, keys, xcalloc(nkeys + 1, sizeof(*w.open)),
			 xcalloc(t->n + 1, sizeof(*w.above))};
	uint32_t node = t->root;

	memset(w.open, 0xff, (nkeys + 1) * sizeof(*w.open));
	while (node != TREE_NONE) {
		enter(&w, node);
		node = t->first[node] != TREE_NONE ? t->first[node] : leave(&w, node);
	}
	free(w.open);
	return w.above;
}
