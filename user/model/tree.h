/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Trees as arrays of parents, each a lower index than its child's; any other index is no parent.
 * Deep ones take no stack.
 */
#ifndef BPFPROF_TREE_H
#define BPFPROF_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_NONE UINT32_MAX

/* Who is below whom: the first child of each, the next of the same parent, in the order of their
 * indices; TREE_NONE ends. */
struct tree {
	const uint32_t *parents;
	size_t n;
	uint32_t *first, *next;
	uint32_t root; /* the first; next leads to others */
};

struct tree tree__of(const uint32_t *parents, size_t n); /* keeps parents */
void tree__free(struct tree *t);

/* Has siblings stand in that order, which holds each index once. */
void tree__sort(struct tree *t, const uint32_t *order);

/* The node after that one on a walk down: the first below it, or with skip the first beyond all
 * that is below it. TREE_NONE: it was the last. */
uint32_t tree__after(const struct tree *t, uint32_t node, bool skip);

/* Per node, the nearest one above it that has the same key; TREE_NONE: there is none. Keys are
 * below nkeys. To be freed. */
uint32_t *tree__above(const struct tree *t, const uint32_t *keys, size_t nkeys);

#endif
