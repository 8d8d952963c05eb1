/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is called below a function, as the live screen's model knows it. */
#ifndef BPFPROF_TOP_TREE_H
#define BPFPROF_TOP_TREE_H

#include "live/top_model.h"

#define TOP_TREE_NODES 1000 /* the most that is shown below one function */

/* A function as called by the node above it. */
struct top_node {
	uint32_t parent; /* a lower index; TREE_NONE: the function itself calls it */
	uint32_t func;	 /* index into the model's funcs */
	uint32_t depth;	 /* 1: called by the function itself */
	uint32_t id;	 /* the same in each reading */
};

struct top_tree {
	struct top_node *nodes; /* each after its parent */
	size_t n;
	/* Of the nodes: where paths were counted those of all paths that lead there, or else those
	 * of the pair, which are of all its calls, whichever way its caller was come to. */
	struct top_stats stats;
};

struct top_tree top_tree__below(const struct top_model *m, uint32_t func);
void top_tree__free(struct top_tree *t);

#endif
