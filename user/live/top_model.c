/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Readings into series. */
#include "live/top_model.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "model/bias.h"
#include "report/place.h"

struct top_model *top_model__new(void)
{
	struct top_model *m = xcalloc(1, sizeof(*m));

	m->keys = profile__new();
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
	for (size_t i = 0; i < m->nblocks; i++) {
		free(m->blocks[i].name);
		free(m->blocks[i].track);
	}
	for (size_t i = 0; i < m->nthreads; i++)
		free(m->threads[i].name);
	free(m->funcs);
	free(m->edges);
	free(m->blocks);
	free(m->threads);
	free_texts(m->notes, m->nnotes);
	free(m->command);
	free(m->how);
	free(m->lost);
	profile__free(m->keys);
	free(m);
}

/* --- a reading ---------------------------------------------------------------------------------
 */

static void add_point(struct top_trail *t, struct top_point p)
{
	t->points[t->n++ % TOP_TRAIL] = p;
}

static void feed_funcs(struct top_model *m, const struct profile *p, uint32_t *map)
{
	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_func *f = &p->funcs[i];
		uint32_t k = profile__func(m->keys, f->file, f->line, f->name, f->qualname);

		map[i] = k;
		if (k == m->nfuncs)
			*ARR_PUSH(m->funcs, m->nfuncs) = (struct top_func){
				.name = escaped(prof_func__full_name(f), ESCAPE_TERMINAL),
				.file = escaped(f->file, ESCAPE_TERMINAL),
				.line = f->line,
				.mine = place__is_mine(p, f),
			};
		m->funcs[k].series.now = f->stat;
	}
}

static void feed_edges(struct top_model *m, const struct profile *p, const uint32_t *map)
{
	for (size_t i = 0; i < p->nedges; i++) {
		uint32_t caller = map[p->edges[i].caller], callee = map[p->edges[i].callee];
		size_t k = profile__edge(m->keys, caller, callee) - m->keys->edges;

		if (k == m->nedges)
			*ARR_PUSH(m->edges, m->nedges) =
				(struct top_edge){.caller = caller, .callee = callee};
		m->edges[k].series.now = p->edges[i].stat;
	}
}

static struct top_thread *thread_of(struct top_model *m, const struct prof_thread *t)
{
	struct top_thread *new;

	for (size_t i = 0; i < m->nthreads; i++) {
		if (prof_thread__same(&m->threads[i].key, t))
			return &m->threads[i];
	}
	new = ARR_PUSH(m->threads, m->nthreads);
	new->key = *t;
	new->key.name = NULL;
	return new;
}

static void feed_threads(struct top_model *m, const struct profile *p)
{
	for (size_t i = 0; i < p->nthreads; i++) {
		const struct prof_thread *t = &p->threads[i];
		struct top_thread *to = thread_of(m, t);

		free(to->name);
		to->name = escaped(t->name, ESCAPE_TERMINAL);
		to->series.now = (struct prof_stat){
			.ncalls = t->ncalls, .tottime_ns = t->tottime_ns, .own_away = t->away};
	}
}

static char *track_text(const struct prof_track *t)
{
	char *text = xasprintf("track %" PRIu32 "%s%s", t->idx, t->name ? " " : "",
			       t->name ? t->name : "");
	char *safe = escaped(text, ESCAPE_TERMINAL);

	free(text);
	return safe;
}

static void feed_blocks(struct top_model *m, const struct profile *p)
{
	for (size_t i = 0; i < p->nblocks; i++) {
		const struct prof_block *b = &p->blocks[i];
		const struct prof_track *t = &p->tracks[b->track];
		uint32_t track = profile__track(m->keys, t->group, t->idx);
		size_t k =
			profile__block(m->keys, track, b->name, b->file, b->line) - m->keys->blocks;

		if (k == m->nblocks)
			*ARR_PUSH(m->blocks, m->nblocks) = (struct top_block){
				escaped(b->name, ESCAPE_TERMINAL), track_text(t), {}};
		m->blocks[k].series.now = (struct prof_stat){.ncalls = b->hits.hit_count,
							     .tottime_ns = b->hits.own_ns,
							     .cumtime_ns = b->hits.total_ns};
	}
}

/* --- of all rows -------------------------------------------------------------------------------
 */

/* What is done to each series when a reading begins, at a reset and at a mark. */
enum step { STEP_BEFORE, STEP_RESET, STEP_MARK };

static void step_series(struct top_series *s, enum step step)
{
	struct prof_stat *const to[] = {&s->before, &s->base, &s->mark};

	*to[step] = s->now;
}

static void step_all(struct top_model *m, enum step step)
{
	for (size_t i = 0; i < m->nfuncs; i++)
		step_series(&m->funcs[i].series, step);
	for (size_t i = 0; i < m->nedges; i++)
		step_series(&m->edges[i].series, step);
	for (size_t i = 0; i < m->nblocks; i++)
		step_series(&m->blocks[i].series, step);
	for (size_t i = 0; i < m->nthreads; i++)
		step_series(&m->threads[i].series, step);
	step_series(&m->all, step);
}

void top_model__reset(struct top_model *m)
{
	step_all(m, STEP_RESET);
	m->base_ns = m->now_ns;
	m->marked = false;
}

void top_model__mark(struct top_model *m, bool set)
{
	m->marked = set;
	if (!set)
		return;
	step_all(m, STEP_MARK);
	m->mark_ns = m->now_ns;
}

static void add_points(struct top_model *m)
{
	const struct prof_clock *cpu = prof_clock__find("cpu");
	struct top_figures all = top_model__figures(m, &m->all, TOP_LAST, cpu);

	if (all.seconds <= 0)
		return;
	add_point(&m->trail, (struct top_point){(float)(all.calls / all.seconds),
						(float)(all.own_ns / 1e9 / all.seconds)});
	for (size_t i = 0; i < m->nfuncs; i++) {
		struct top_figures f =
			top_model__figures(m, &m->funcs[i].series, TOP_LAST, prof_clocks);

		add_point(&m->funcs[i].trail,
			  (struct top_point){(float)(f.calls / f.seconds),
					     (float)(f.own_ns / 1e9 / f.seconds)});
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
	m->all.now = sum;
	whole = fabs((double)sum.tottime_ns + (double)sum.own_bias_ns);
	m->profiling = whole > 0 ? fmax((double)sum.own_bias_ns, 0) / whole : 0;
	m->error_ns = profile__bias_error(p);
}

void top_model__feed(struct top_model *m, const struct profile *p)
{
	uint32_t *map = xcalloc(p->nfuncs + 1, sizeof(*map));

	step_all(m, STEP_BEFORE);
	m->before_ns = m->now_ns;
	m->now_ns = p->target.duration_ns;
	feed_funcs(m, p, map);
	feed_edges(m, p, map);
	feed_threads(m, p);
	feed_blocks(m, p);
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

struct top_figures top_model__figures(const struct top_model *m, const struct top_series *s,
				      enum top_span span, const struct prof_clock *clock)
{
	const struct {
		const struct prof_stat *from, *to;
	} ends[] = {{&s->base, &s->now},
		    {&s->before, &s->now},
		    {&s->base, &s->mark},
		    {&s->mark, &s->now}};
	const struct prof_stat *from = ends[span].from, *to = ends[span].to;

	return (struct top_figures){
		.calls = (double)minus(to->ncalls, from->ncalls),
		.own_ns = fmax((double)prof_clock__own(clock, to) -
				       (double)prof_clock__own(clock, from),
			       0),
		.cum_ns = fmax((double)prof_clock__cum(clock, to) -
				       (double)prof_clock__cum(clock, from),
			       0),
		.seconds = length_s(m, span),
	};
}
