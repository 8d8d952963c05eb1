/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Readings into series. */
#include "live/top_model.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "live/top_lists.h"
#include "model/bias.h"
#include "report/origin.h"

#define STATS 7

/* Each of the seven in turn. */
static struct top_stats *stats_of(struct top_model *m, size_t i)
{
	struct top_stats *const all[STATS] = {&m->func_stats, &m->edge_stats,  &m->path_stats,
					      &m->part_stats, &m->block_stats, &m->thread_stats,
					      &m->all};

	return all[i];
}

struct top_model *top_model__new(void)
{
	struct top_model *m = xcalloc(1, sizeof(*m));

	m->keys = profile__new();
	m->parts = profile__new();
	top_stats__add(&m->all);
	return m;
}

static void free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

void top_model__free(struct top_model *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->nfuncs; i++) {
		free(m->funcs[i].name);
		free(m->funcs[i].file);
	}
	free(m->funcs);
	free(m->edges);
	top_lists__free(m);
	for (size_t i = 0; i < TOP_TRAIL; i++)
		free(m->points[i].v);
	for (size_t i = 0; i < STATS; i++)
		top_stats__free(stats_of(m, i));
	free_texts(m->notes, m->nnotes);
	free(m->command);
	free(m->how);
	free(m->lost);
	profile__free(m->keys);
	profile__free(m->parts);
	free(m);
}

/* --- a reading ---------------------------------------------------------------------------------
 */

static void add_func(struct top_model *m, const struct profile *p, const struct prof_func *f)
{
	*ARR_PUSH(m->funcs, m->nfuncs) = (struct top_func){
		.name = escaped(prof_func__full_name(f), ESCAPE_TERMINAL),
		.file = escaped(f->file, ESCAPE_TERMINAL),
		.line = f->line,
		.mine = origin__is_mine(p, f),
	};
	top_stats__add(&m->func_stats);
}

static void feed_funcs(struct top_model *m, const struct profile *p, uint32_t *map)
{
	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_func *f = &p->funcs[i];

		map[i] = profile__find_func(m->keys, f, i);
		if (map[i] != PROF_NONE)
			continue;
		map[i] = profile__func(m->keys, f->file, f->line, f->name, f->qualname);
		add_func(m, p, f);
	}
	top_stats__turn(&m->func_stats, p->nfuncs);
	for (size_t i = 0; i < p->nfuncs; i++) {
		top_stats__set(&m->func_stats, map[i], &p->funcs[i].stat);
		top_stats__set_io(&m->func_stats, map[i], p, PROF_FUNCS, i);
	}
}

/* The model's row of an edge; most stay where they were in the reading before. */
static size_t edge_row(struct top_model *m, uint32_t caller, uint32_t callee, size_t likely)
{
	size_t k;

	if (likely < m->nedges && m->edges[likely].caller == caller &&
	    m->edges[likely].callee == callee)
		return likely;
	k = profile__edge(m->keys, caller, callee) - m->keys->edges;
	if (k == m->nedges) {
		*ARR_PUSH(m->edges, m->nedges) = (struct top_edge){caller, callee};
		top_stats__add(&m->edge_stats);
	}
	return k;
}

static void feed_edges(struct top_model *m, const struct profile *p, const uint32_t *map)
{
	size_t *rows = xcalloc(p->nedges, sizeof(*rows));

	for (size_t i = 0; i < p->nedges; i++)
		rows[i] = edge_row(m, map[p->edges[i].caller], map[p->edges[i].callee], i);
	top_stats__turn(&m->edge_stats, p->nedges);
	for (size_t i = 0; i < p->nedges; i++) {
		top_stats__set(&m->edge_stats, rows[i], &p->edges[i].stat);
		top_stats__set_io(&m->edge_stats, rows[i], p, PROF_EDGES, i);
	}
	free(rows);
}

/* The model's row of each path; rows: of those before it. */
static uint32_t path_row(struct top_model *m, const struct prof_path *path, const uint32_t *funcs,
			 const uint32_t *rows, uint32_t i)
{
	const uint32_t above = path->parent < i ? rows[path->parent] : path->parent;
	const uint32_t row = profile__path(m->keys, above, funcs[path->func]);

	if (row == m->path_stats.n)
		top_stats__add(&m->path_stats);
	return row;
}

static void feed_paths(struct top_model *m, const struct profile *p, const uint32_t *map)
{
	uint32_t *rows = xcalloc(p->npaths, sizeof(*rows));

	for (size_t i = 0; i < p->npaths; i++)
		rows[i] = path_row(m, &p->paths[i], map, rows, (uint32_t)i);
	top_stats__turn(&m->path_stats, p->npaths);
	for (size_t i = 0; i < p->npaths; i++) {
		top_stats__set(&m->path_stats, rows[i], &p->paths[i].stat);
		top_stats__set_io(&m->path_stats, rows[i], p, PROF_PATHS, i);
	}
	free(rows);
}

/* --- of all rows -------------------------------------------------------------------------------
 */

void top_model__reset(struct top_model *m)
{
	for (size_t i = 0; i < STATS; i++)
		top_stats__keep(stats_of(m, i), TOP_BASE);
	m->base_ns = m->now_ns;
	m->marked = false;
}

void top_model__mark(struct top_model *m, bool set)
{
	m->marked = set;
	if (!set)
		return;
	for (size_t i = 0; i < STATS; i++)
		top_stats__keep(stats_of(m, i), TOP_MARK);
	m->mark_ns = m->now_ns;
}

static struct top_point point_of(const struct top_figures *f)
{
	return (struct top_point){(float)(f->calls / f->seconds),
				  (float)(f->own_ns / 1e9 / f->seconds)};
}

static void add_points(struct top_model *m)
{
	const struct prof_clock *cpu = prof_clock__find("cpu");
	struct top_figures f = top_model__figures(m, &m->all, 0, TOP_LAST, cpu);
	struct top_points *points = &m->points[m->trail.n % TOP_TRAIL];

	if (f.seconds <= 0)
		return;
	m->trail.points[m->trail.n++ % TOP_TRAIL] = point_of(&f);
	free(points->v);
	*points = (struct top_points){xcalloc(m->nfuncs, sizeof(*points->v)), m->nfuncs};
	for (size_t i = 0; i < m->nfuncs; i++) {
		f = top_model__figures(m, &m->func_stats, i, TOP_LAST, prof_clocks);
		points->v[i] = point_of(&f);
	}
}

static void tell_losses(struct top_model *m, const struct profile *p)
{
	free(m->lost);
	m->lost = NULL;
	for (size_t i = 0; i < p->nlosses; i++) {
		char *more = xasprintf("%s%s%" PRIu64 " %s", m->lost ? m->lost : "",
				       m->lost ? "; " : "", p->losses[i].count, p->losses[i].text);

		free(m->lost);
		m->lost = escaped(more, ESCAPE_TERMINAL);
		free(more);
	}
}

static void tell_notes(struct top_model *m, const struct profile *p)
{
	free_texts(m->notes, m->nnotes);
	m->notes = NULL;
	m->nnotes = 0;
	for (size_t i = 0; i < p->nnotes; i++)
		*ARR_PUSH(m->notes, m->nnotes) = escaped(p->notes[i], ESCAPE_TERMINAL);
}

static void tell_target(struct top_model *m, const struct prof_target *t)
{
	char *how = xasprintf("%s%s%s", t->backend ? t->backend : "", t->python ? ", Python " : "",
			      t->python ? t->python : "");

	free(m->command);
	free(m->how);
	m->pid = t->pid;
	m->io = t->io;
	m->coroutines = t->coroutines;
	m->command = escaped(t->command ? t->command : "", ESCAPE_TERMINAL);
	m->how = escaped(how, ESCAPE_TERMINAL);
	free(how);
}

static void sum_up(struct top_model *m, const struct profile *p)
{
	struct prof_stat sum = {0};
	double whole;

	for (size_t i = 0; i < p->nfuncs; i++)
		prof_stat__add(&sum, &p->funcs[i].stat);
	top_stats__turn(&m->all, 1);
	m->all.at[TOP_NOW][0] = sum;
	whole = fabs((double)sum.tottime_ns + (double)sum.own_bias_ns);
	m->profiling = whole > 0 ? fmax((double)sum.own_bias_ns, 0) / whole : 0;
}

void top_model__feed(struct top_model *m, const struct profile *p)
{
	uint32_t *map = xcalloc(p->nfuncs + 1, sizeof(*map));

	m->before_ns = m->now_ns;
	m->now_ns = p->target.duration_ns;
	feed_funcs(m, p, map);
	feed_edges(m, p, map);
	feed_paths(m, p, map);
	top_lists__feed(m, p, map);
	sum_up(m, p);
	add_points(m);
	tell_losses(m, p);
	tell_notes(m, p);
	tell_target(m, &p->target);
	m->readings++;
	free(map);
}

/* --- looking -----------------------------------------------------------------------------------
 */

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static double length_s(const struct top_model *m, enum top_span span)
{
	const uint64_t ns[] = {
		minus(m->now_ns, m->base_ns),
		minus(m->now_ns, m->before_ns),
		m->marked ? minus(m->mark_ns, m->base_ns) : 0,
		m->marked ? minus(m->now_ns, m->mark_ns) : 0,
	};

	return (double)ns[span] / 1e9;
}

struct top_figures top_model__figures(const struct top_model *m, const struct top_stats *s,
				      size_t row, enum top_span span,
				      const struct prof_clock *clock)
{
	struct top_figures f = top_stats__figures(s, row, span, clock);

	f.seconds = length_s(m, span);
	return f;
}

struct top_trail top_model__trail(const struct top_model *m, uint32_t func)
{
	const unsigned int n = m->trail.n < TOP_TRAIL ? m->trail.n : TOP_TRAIL;
	struct top_trail t = {.n = n};

	for (unsigned int i = 0; i < n; i++) {
		const struct top_points *p = &m->points[(m->trail.n - n + i) % TOP_TRAIL];

		if (func < p->n)
			t.points[i] = p->v[func];
	}
	return t;
}
