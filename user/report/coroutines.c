/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Coroutines from their first start to their end, and beneath each what it awaited: where call
 * paths are known the tree of awaits, else each function once and those that it began.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/paths.h"
#include "model/tree.h"
#include "report/footnote.h"
#include "report/labels.h"
#include "report/rows.h"

#define INDENT_MOST   40
#define FIGURES_WIDTH 74 /* of what stands between elapsed and the function */

static uint32_t add(struct profile *awaits, uint32_t parent, uint32_t func,
		    const struct prof_stat *stat)
{
	uint32_t at = profile__path(awaits, parent, func);

	prof_stat__add(&awaits->paths[at].stat, stat);
	return at;
}

/* Tasks that a row awaited, by the rows of the profile. at: of its paths, or functions. */
static void add_tasks(struct profile *awaits, const struct profile *p, const uint32_t *at)
{
	for (size_t i = 0; i < p->awaits.n; i++) {
		struct prof_await a = p->awaits.v[i];

		if (p->npaths && a.path == PROF_NONE)
			continue;
		a.path = at[p->npaths ? a.path : a.func];
		if (a.path != PROF_NONE)
			profile__add_await(awaits, &a);
	}
}

/* Paths without what is no coroutine: what the event loop called, nobody awaited. */
static void add_paths(struct profile *awaits, const struct profile *p)
{
	uint32_t *at = xcalloc(p->npaths + 1, sizeof(*at));

	for (size_t i = 0; i < p->npaths; i++) {
		const struct prof_path *path = &p->paths[i];

		at[i] = path->parent < i ? at[path->parent] : PROF_NONE;
		if (!prof_life__is_none(&path->stat.life))
			at[i] = add(awaits, at[i], path->func, &path->stat);
	}
	add_tasks(awaits, p, at);
	free(at);
}

static void add_pairs(struct profile *awaits, const struct profile *p)
{
	uint32_t *at = xcalloc(p->nfuncs + 1, sizeof(*at));

	for (size_t i = 0; i < p->nfuncs; i++) {
		at[i] = PROF_NONE;
		if (!prof_life__is_none(&p->funcs[i].stat.life))
			at[i] = add(awaits, PROF_NONE, i, &p->funcs[i].stat);
	}
	for (size_t i = 0; i < p->nedges; i++) {
		const struct prof_edge *e = &p->edges[i];

		if (at[e->caller] != PROF_NONE && !prof_life__is_none(&e->stat.life))
			add(awaits, at[e->caller], e->callee, &e->stat);
	}
	add_tasks(awaits, p, at);
	free(at);
}

static int compare_elapsed(const void *x, const void *y, void *arg)
{
	const struct prof_path *paths = arg;
	uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;
	int64_t a = paths[i].stat.life.elapsed_ns, b = paths[k].stat.life.elapsed_ns;

	return a != b ? (a < b) - (a > b) : (i > k) - (i < k);
}

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

static void print_row(const struct prof_life *life, uint32_t depth, const char *label, FILE *out)
{
	fprintf(out, "%9" PRIu64 " %7" PRIu64 " %7" PRIu64 " %8.3f", life->ended, life->raised,
		prof_life__open(life), seconds(life->elapsed_ns));
	if (life->ended)
		fprintf(out, " %8.3f", seconds(life->elapsed_ns) / (double)life->ended);
	else
		fprintf(out, " %8s", "");
	fprintf(out, " %8.3f %9.3f %8.3f %8.3f %8.3f %8.3f %8.3f %8.3f  %*s%s\n",
		seconds(life->running_ns), seconds(prof_life__suspended(life)),
		seconds(life->awaiting_ns), seconds(life->in_task_ns), seconds(life->in_gather_ns),
		seconds(life->in_future_ns), seconds(life->in_sleep_ns),
		seconds(life->in_executor_ns), 2 * (int)(depth < INDENT_MOST ? depth : INDENT_MOST),
		"", label);
}

/* The longest first. */
static int compare_awaits(const void *x, const void *y)
{
	const struct prof_await *a = x, *b = y;

	if (a->path != b->path)
		return a->path < b->path ? -1 : 1;
	return a->ns != b->ns ? (a->ns < b->ns) - (a->ns > b->ns) : (a > b) - (a < b);
}

static struct prof_await *in_order(const struct profile *awaits)
{
	struct prof_await *v = arr_copy(awaits->awaits.v, awaits->awaits.n, sizeof(*v));

	if (awaits->awaits.n)
		qsort(v, awaits->awaits.n, sizeof(*v), compare_awaits);
	return v;
}

/* Those of the row at i. */
static void print_tasks(const struct prof_await *v, size_t n, uint32_t i, uint32_t depth,
			char **labels, FILE *out)
{
	for (; n-- && v->path <= i; v++) {
		if (v->path != i)
			continue;
		fprintf(out, "%9" PRIu64 " %24.3f %*s%s (%s)\n", v->tasks, seconds(v->ns),
			FIGURES_WIDTH + 2 * (int)(depth < INDENT_MOST ? depth : INDENT_MOST), "",
			labels[v->task], prof_awaits[v->in]);
	}
}

static void print_tree(const struct profile *awaits, char **labels, FILE *out)
{
	uint32_t *parents = paths__parents(awaits);
	uint32_t *order = xcalloc(awaits->npaths + 1, sizeof(*order));
	uint32_t *depths = xcalloc(awaits->npaths + 1, sizeof(*depths));
	struct tree tree = tree__of(parents, awaits->npaths);
	struct prof_await *tasks = in_order(awaits);

	for (size_t i = 0; i < awaits->npaths; i++)
		order[i] = i;
	qsort_r(order, awaits->npaths, sizeof(*order), compare_elapsed, awaits->paths);
	tree__sort(&tree, order);
	for (uint32_t i = tree.root; i != TREE_NONE; i = tree__after(&tree, i, false)) {
		const struct prof_path *path = &awaits->paths[i];

		depths[i] = parents[i] < i ? depths[parents[i]] + 1 : 0;
		print_row(&path->stat.life, depths[i], labels[path->func], out);
		print_tasks(tasks, awaits->awaits.n, i, depths[i] + 1, labels, out);
	}
	tree__free(&tree);
	free(tasks);
	free(depths);
	free(order);
	free(parents);
}

/* What is not in the rows, or not whole. */
static void print_rest(const struct profile *p, const struct prof_life *all, FILE *out)
{
	putc('\n', out);
	if (p->awaits.n)
		fputs("   (task), (gather): how many were awaited, or are; the time is of waits "
		      "that "
		      "ended\n",
		      out);
	if (all->late)
		fprintf(out, "   %" PRIu64 " more ended that had begun unseen, and %s in no row\n",
			all->late, all->late == 1 ? "is" : "are");
	if (all->unseen)
		fprintf(out,
			"   %" PRIu64
			" more %s closed or dropped without running, when is not known\n",
			all->unseen, all->unseen == 1 ? "was" : "were");
}

int report_coroutines(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	const struct prof_stat sum = report__sum(p);
	struct profile *awaits;
	char **labels;

	awaits = profile__new();
	labels = labels__of(p);
	if (p->npaths)
		add_paths(awaits, p);
	else
		add_pairs(awaits, p);
	report__head(p, out);
	fprintf(out,
		"         %" PRIu64 " coroutine%s ended (%" PRIu64 " raised), %" PRIu64 " open\n\n",
		sum.life.ended, sum.life.ended == 1 ? "" : "s", sum.life.raised,
		prof_life__open(&sum.life));
	fputs("    ended  raised    open  elapsed  percall  running suspended awaiting  in task   "
	      "gather   future    sleep executor  "
	      "filename:lineno(function)\n",
	      out);
	print_tree(awaits, labels, out);
	print_rest(p, &sum.life, out);
	report__remarks(p, opts, out);
	labels__free(labels, p);
	profile__free(awaits);
	return ferror(out) ? -1 : 0;
}
