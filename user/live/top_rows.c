/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which rows are shown, and in which order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/top_lists.h"
#include "live/top_state.h"
#include "live/top_tree.h"
#include "model/tree.h"

struct top_state top_state__new(void)
{
	return (struct top_state){.rows = 24, .columns = 80, .sort = 1, .clock = prof_clocks};
}

void top_state__free(struct top_state *s)
{
	free(s->path);
	free(s->held);
}

bool top_row__has(const struct top_row *row, const char *text)
{
	return strcasestr(row->name, text) || (row->where && strcasestr(row->where, text));
}

/* --- the lists ---------------------------------------------------------------------------------
 */

struct rows {
	struct top_row *v;
	size_t n;
	struct top_tree tree;  /* of the last rows, one for each of its nodes */
	struct top_stats sums; /* of rows that are put together */
};

static struct top_row *add(struct rows *rows, enum top_kind kind, uint32_t id,
			   const struct top_stats *stats, size_t at)
{
	struct top_row *row = ARR_PUSH(rows->v, rows->n);

	row->kind = kind;
	row->id = id;
	row->func = PROF_NONE;
	row->stats = stats;
	row->at = at;
	return row;
}

static struct top_row *add_func(const struct top_model *m, struct rows *rows, enum top_kind kind,
				uint32_t id, const struct top_stats *stats, size_t at)
{
	const struct top_func *f = &m->funcs[id];
	struct top_row *row = add(rows, kind, id, stats, at);

	row->func = id;
	row->name = f->name;
	row->where = f->file;
	row->line = f->line;
	return row;
}

static void add_funcs(const struct top_model *m, const struct top_state *s, struct rows *rows)
{
	for (size_t i = 0; i < m->nfuncs; i++) {
		if (!s->mine || m->funcs[i].mine)
			add_func(m, rows, TOP_FUNC, i, &m->func_stats, i);
	}
}

/* Rows of groups; what is in them by group_of. */
static void add_groups(const struct top_model *m, const struct top_state *s, enum top_kind kind,
		       const struct top_stats *stats,
		       uint32_t (*group_of)(const struct top_model *m, size_t i, enum top_by by),
		       struct rows *rows)
{
	const struct top_groups *g = &m->groups[s->by];

	rows->sums = top_stats__like(stats, g->n);
	for (size_t i = 0; i < stats->n; i++)
		top_stats__sum(&rows->sums, group_of(m, i, s->by), stats, i);
	for (size_t i = 0; i < g->n; i++) {
		struct top_row *row = add(rows, kind, i, &rows->sums, i);

		row->name = g->v[i].name;
		row->where = g->v[i].size;
	}
}

static uint32_t thread_group(const struct top_model *m, size_t i, enum top_by by)
{
	return m->threads[i].group[by];
}

static uint32_t block_group(const struct top_model *m, size_t i, enum top_by by)
{
	return m->blocks[i].group[by];
}

/* What the thread, or those of the group, that is looked at call. */
static void add_parts(const struct top_model *m, const struct top_state *s, struct rows *rows)
{
	uint32_t *at = xcalloc(m->nfuncs, sizeof(*at)); /* of functions; 0: none yet */

	rows->sums = top_stats__like(&m->part_stats, m->nfuncs);
	for (size_t i = 0; i < m->parts->nedges; i++) {
		const uint32_t func = m->parts->edges[i].callee;

		if (!top_lists__is_in(m, m->parts->edges[i].caller, s->by, s->whose) ||
		    (s->mine && !m->funcs[func].mine))
			continue;
		top_stats__sum(&rows->sums, func, &m->part_stats, i);
		if (!at[func]++)
			add_func(m, rows, TOP_FUNC, func, &rows->sums, func);
	}
	free(at);
}

static void add_threads(const struct top_model *m, const struct top_state *s, struct rows *rows)
{
	if (s->inside) {
		add_parts(m, s, rows);
		return;
	}
	if (s->by != TOP_EACH) {
		add_groups(m, s, TOP_THREAD, &m->thread_stats, thread_group, rows);
		return;
	}
	for (size_t i = 0; i < m->nthreads; i++) {
		struct top_row *row;

		if (!top_lists__is_shown(m, s, i))
			continue;
		row = add(rows, TOP_THREAD, i, &m->thread_stats, i);
		row->name = m->threads[i].name;
		row->line = m->threads[i].key.tid;
	}
}

static void add_blocks(const struct top_model *m, const struct top_state *s, struct rows *rows)
{
	if (s->by != TOP_EACH && !s->inside) {
		add_groups(m, s, TOP_BLOCK, &m->block_stats, block_group, rows);
		return;
	}
	for (size_t i = 0; i < m->nblocks; i++) {
		struct top_row *row;

		if (s->inside && m->blocks[i].group[s->by] != s->whose)
			continue;
		row = add(rows, TOP_BLOCK, i, &m->block_stats, i);
		row->name = m->blocks[i].name;
		row->where = m->blocks[i].track;
	}
}

/* All that is called below the function that is looked at. */
static void add_below(const struct top_model *m, uint32_t func, struct rows *rows)
{
	rows->tree = top_tree__below(m, func);
	for (size_t i = 0; i < rows->tree.n; i++) {
		const struct top_node *node = &rows->tree.nodes[i];
		struct top_row *row =
			add_func(m, rows, TOP_BELOW, node->func, &rows->tree.stats, i);

		row->id = node->id;
		row->depth = node->depth;
	}
}

/* Callers of the function that is looked at, itself, and whom it calls, or all that is below it. */
static void add_around(const struct top_model *m, const struct top_state *s, struct rows *rows)
{
	const uint32_t func = s->path[s->npath - 1];

	for (size_t i = 0; i < m->nedges; i++) {
		const struct top_edge *e = &m->edges[i];

		if (e->callee == func)
			add_func(m, rows, TOP_CALLER, e->caller, &m->edge_stats, i);
		if (e->caller == func && !s->tree)
			add_func(m, rows, TOP_CALLEE, e->callee, &m->edge_stats, i);
	}
	add_func(m, rows, TOP_FUNC, func, &m->func_stats, func);
	if (s->tree)
		add_below(m, func, rows);
}

static void (*const lists[])(const struct top_model *, const struct top_state *, struct rows *) = {
	[TOP_FUNCTIONS] = add_funcs,
	[TOP_THREADS] = add_threads,
	[TOP_BLOCKS] = add_blocks,
};

static void filter(struct rows *rows, const char *text)
{
	size_t kept = 0;

	for (size_t i = 0; *text && i < rows->n; i++) {
		if (top_row__has(&rows->v[i], text))
			rows->v[kept++] = rows->v[i];
	}
	if (*text)
		rows->n = kept;
}

/* --- order -------------------------------------------------------------------------------------
 */

/* Around a function its callers come first, then itself. */
static int rank_of(const struct top_row *r)
{
	return r->kind == TOP_CALLER ? 0 : r->kind == TOP_CALLEE || r->kind == TOP_BELOW ? 2 : 1;
}

static int by_name(const struct top_row *a, const struct top_row *b)
{
	int c = strcmp(a->name, b->name);

	if (!c && a->where && b->where)
		c = strcmp(a->where, b->where);
	return c ? c : a->line < b->line ? -1 : a->line > b->line;
}

static int by_column(const struct top_row *a, const struct top_row *b, const struct top_state *s)
{
	unsigned int n;
	const struct top_column *columns = top_columns(s, &n);
	double x, y;

	if (s->sort >= n || !columns[s->sort].value)
		return by_name(a, b);
	x = a->values[s->sort];
	y = b->values[s->sort];
	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return x > y ? -1 : x < y;
}

static int compare(const void *x, const void *y, void *state)
{
	const struct top_row *a = x, *b = y;
	const struct top_state *s = state;
	int c = rank_of(a) - rank_of(b);

	if (c)
		return c;
	c = by_column(a, b, s);
	if (s->reverse)
		c = -c;
	return c ? c : by_name(a, b);
}

/* Those of one parent in the order of the rest, each before what is below it. */
static void order_tree(const struct top_tree *t, struct top_row *rows, const struct top_state *s)
{
	uint32_t *parents = xcalloc(t->n, sizeof(*parents));
	uint32_t *order = xcalloc(t->n, sizeof(*order));
	struct top_row *was = arr_copy(rows, t->n, sizeof(*was));
	struct tree tree;

	for (size_t i = 0; i < t->n; i++)
		parents[i] = t->nodes[i].parent;
	qsort_r(rows, t->n, sizeof(*rows), compare, (void *)s);
	for (size_t i = 0; i < t->n; i++)
		order[i] = (uint32_t)rows[i].at;
	tree = tree__of(parents, t->n);
	tree__sort(&tree, order);
	for (uint32_t node = tree.root; node != TREE_NONE; node = tree__after(&tree, node, false))
		*rows++ = was[node];
	tree__free(&tree);
	free(was);
	free(order);
	free(parents);
}

static bool is_same(const struct top_row *a, const struct top_row *b)
{
	return a->kind == b->kind && a->id == b->id;
}

/* Rows that are held go where they were; new ones behind them. */
static void put_back(struct rows *rows, const struct top_state *s)
{
	size_t at = 0;

	for (size_t h = 0; h < s->nheld; h++) {
		size_t i = at;

		while (i < rows->n && !is_same(&rows->v[i], &s->held[h]))
			i++;
		if (i < rows->n) {
			struct top_row found = rows->v[i];

			memmove(&rows->v[at + 1], &rows->v[at], (i - at) * sizeof(found));
			rows->v[at++] = found;
		}
	}
}

/* Own time in the last interval, by another clock. */
static double last_by(const struct top_model *m, const struct top_row *row, const char *clock)
{
	if (row->kind == TOP_BLOCK)
		return NAN;
	return top_model__figures(m, row->stats, row->at, TOP_LAST, prof_clock__find(clock)).own_ns;
}

/* The figures of a row. Of threads no cumulative time is known, of blocks none but the wall's, and
 * of a track's blocks together none, as one may be within another. */
static void look(const struct top_model *m, const struct top_state *s, struct top_row *row)
{
	bool timeless = row->kind == TOP_BLOCK && s->clock != prof_clocks;
	unsigned int n;
	const struct top_column *columns = top_columns(s, &n);

	for (enum top_span span = 0; span < TOP_SPANS; span++) {
		struct top_figures *f = &row->figures[span];

		*f = top_model__figures(m, row->stats, row->at, span, s->clock);
		if (timeless)
			f->own_ns = NAN;
		if (timeless || row->kind == TOP_THREAD ||
		    (row->kind == TOP_BLOCK && s->by != TOP_EACH && !s->inside))
			f->cum_ns = NAN;
	}
	row->cpu_ns = last_by(m, row, "cpu");
	row->blocked_ns = last_by(m, row, "blocked");
	row->runnable_ns = last_by(m, row, "runnable");
	for (unsigned int i = 0; i < n && columns[i].value; i++)
		row->values[i] = columns[i].value(row, columns[i].span);
	row->stats = NULL;
}

/* A tree's rows are the last ones. */
static void put_in_order(struct rows *rows, const struct top_state *s)
{
	const size_t first = rows->n - rows->tree.n;

	if (first)
		qsort_r(rows->v, first, sizeof(*rows->v), compare, (void *)s);
	if (rows->tree.n)
		order_tree(&rows->tree, &rows->v[first], s);
	else if (s->held)
		put_back(rows, s);
}

struct top_row *top_rows__make(const struct top_model *m, const struct top_state *s, size_t *n)
{
	struct rows rows = {0};

	if (s->npath)
		add_around(m, s, &rows);
	else
		lists[s->list](m, s, &rows);
	if (!s->npath)
		filter(&rows, s->filter);
	for (size_t i = 0; i < rows.n; i++)
		look(m, s, &rows.v[i]);
	put_in_order(&rows, s);
	top_tree__free(&rows.tree);
	top_stats__free(&rows.sums);
	*n = rows.n;
	return rows.v;
}

size_t top_rows__selected(const struct top_row *rows, size_t n, const struct top_state *s)
{
	const struct top_row wanted = {.kind = s->kind, .id = s->id};

	for (size_t i = 0; s->selected && i < n; i++) {
		if (is_same(&rows[i], &wanted))
			return i;
	}
	for (size_t i = 0; s->npath && i < n; i++) {
		if (rows[i].kind == TOP_FUNC)
			return i;
	}
	return 0;
}

void top_state__select(struct top_state *s, const struct top_row *row)
{
	s->kind = row->kind;
	s->id = row->id;
	s->selected = true;
}
