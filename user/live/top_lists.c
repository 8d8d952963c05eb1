/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Threads, blocks and their groups. */
#include "live/top_lists.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"

/* --- groups ------------------------------------------------------------------------------------
 */

/* The group of that key, one more of which was found. Takes key and name. */
static uint32_t group_of(struct top_groups *g, char *key, char *name)
{
	size_t i = 0;

	while (i < g->n && strcmp(g->v[i].key, key) != 0)
		i++;
	if (i == g->n) {
		*ARR_PUSH(g->v, g->n) = (struct top_group){.key = key, .name = name};
	} else {
		free(key);
		free(name);
	}
	g->v[i].n++;
	return (uint32_t)i;
}

static void forget_sizes(struct top_model *m)
{
	for (size_t by = 0; by < TOP_BYS; by++) {
		for (size_t i = 0; i < m->groups[by].n; i++)
			m->groups[by].v[i].n = 0;
	}
}

static void tell_sizes(struct top_model *m)
{
	static const char *const what[TOP_BYS] = {
		[TOP_BY_NAME] = "thread", [TOP_BY_PROCESS] = "thread", [TOP_BY_TRACK] = "block"};

	for (size_t by = TOP_EACH + 1; by < TOP_BYS; by++) {
		for (size_t i = 0; i < m->groups[by].n; i++) {
			struct top_group *g = &m->groups[by].v[i];

			free(g->size);
			g->size = xasprintf("%u %s%s", g->n, what[by], g->n == 1 ? "" : "s");
		}
	}
}

/* "Thread-12 (serve)" and "Thread-7 (serve)" are both "Thread-* (serve)". */
static char *without_numbers(const char *name)
{
	char *to = xstrdup(name), *at = to;

	for (const char *c = name; *c; c++) {
		if (!isdigit((unsigned char)*c))
			*at++ = *c;
		else if (at == to || at[-1] != '*')
			*at++ = '*';
	}
	*at = '\0';
	return to;
}

static char *process_name(const struct profile *p, const struct prof_thread *t)
{
	const uint32_t i = prof_thread__process(p, t);
	const char *command = i == PROF_NONE ? p->target.command : p->processes[i].command;
	char *name = xasprintf("%" PRIu32 "  %s", prof_thread__pid(p, t), command ? command : "");
	char *safe = escaped(name, ESCAPE_TERMINAL);

	free(name);
	return safe;
}

static void group_thread(struct top_model *m, const struct profile *p, const struct prof_thread *t,
			 struct top_thread *to)
{
	to->group[TOP_BY_NAME] = group_of(&m->groups[TOP_BY_NAME], without_numbers(to->name),
					  without_numbers(to->name));
	to->group[TOP_BY_PROCESS] =
		group_of(&m->groups[TOP_BY_PROCESS], xasprintf("%" PRIu32, prof_thread__pid(p, t)),
			 process_name(p, t));
}

/* --- threads -----------------------------------------------------------------------------------
 */

static uint32_t thread_of(struct top_model *m, const struct prof_thread *t)
{
	struct top_thread *new;

	for (size_t i = 0; i < m->nthreads; i++) {
		if (prof_thread__same(&m->threads[i].key, t))
			return (uint32_t)i;
	}
	new = ARR_PUSH(m->threads, m->nthreads);
	new->key = *t;
	new->key.name = NULL;
	return (uint32_t)top_stats__add(&m->thread_stats);
}

#define APART_NS 1000000000 /* processes are read one after another */

/* After that moment a thread is alive. */
static uint64_t alive_from(const struct profile *p)
{
	uint64_t last = APART_NS;

	for (size_t i = 0; i < p->nthreads; i++)
		last = p->threads[i].end_ns > last ? p->threads[i].end_ns : last;
	return last - APART_NS;
}

static void feed_threads(struct top_model *m, const struct profile *p, uint32_t *map)
{
	const uint64_t alive = alive_from(p);

	top_stats__turn(&m->thread_stats, 0);
	for (size_t i = 0; i < p->nthreads; i++) {
		const struct prof_thread *t = &p->threads[i];
		struct top_thread *to;

		map[i] = thread_of(m, t);
		to = &m->threads[map[i]];
		to->key.with_ended = t->with_ended;
		to->gone = to->ended;
		to->ended = t->end_ns < alive;
		free(to->name);
		to->name = escaped(t->name, ESCAPE_TERMINAL);
		group_thread(m, p, t, to);
		m->thread_stats.at[TOP_NOW][map[i]] = (struct prof_stat){
			.ncalls = t->ncalls, .tottime_ns = t->tottime_ns, .own_away = t->away};
	}
}

/* What a thread calls, where its entry in the tables had the function once more: the first row. */
static void feed_parts(struct top_model *m, const struct profile *p, const uint32_t *threads,
		       const uint32_t *funcs)
{
	size_t *rows = xcalloc(p->nparts, sizeof(*rows));

	for (size_t i = 0; i < p->nparts; i++) {
		const struct prof_part *part = &p->parts[i];

		rows[i] = profile__edge(m->parts, threads[part->thread], funcs[part->func]) -
			  m->parts->edges;
		if (rows[i] == m->part_stats.n)
			top_stats__add(&m->part_stats);
	}
	top_stats__turn(&m->part_stats, p->nparts);
	for (size_t i = 0; i < p->nparts; i++) {
		top_stats__set(&m->part_stats, rows[i], &p->parts[i].stat);
		top_stats__set_io(&m->part_stats, rows[i], p, PROF_PARTS, i);
	}
	free(rows);
}

/* --- blocks ------------------------------------------------------------------------------------
 */

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
	top_stats__turn(&m->block_stats, 0);
	for (size_t i = 0; i < p->nblocks; i++) {
		const struct prof_block *b = &p->blocks[i];
		const struct prof_track *t = &p->tracks[b->track];
		uint32_t track = profile__track(m->keys, t->group, t->idx);
		size_t k =
			profile__block(m->keys, track, b->name, b->file, b->line) - m->keys->blocks;

		if (k == m->nblocks) {
			*ARR_PUSH(m->blocks, m->nblocks) = (struct top_block){
				.name = escaped(b->name, ESCAPE_TERMINAL), .track = track_text(t)};
			top_stats__add(&m->block_stats);
		}
		m->blocks[k].group[TOP_BY_TRACK] =
			group_of(&m->groups[TOP_BY_TRACK], xasprintf("%" PRIu32, track),
				 xstrdup(m->blocks[k].track));
		m->block_stats.at[TOP_NOW][k] = (struct prof_stat){.ncalls = b->hits.hit_count,
								   .tottime_ns = b->hits.own_ns,
								   .cumtime_ns = b->hits.total_ns};
	}
}

/* --- all ---------------------------------------------------------------------------------------
 */

void top_lists__feed(struct top_model *m, const struct profile *p, const uint32_t *funcs)
{
	uint32_t *threads = xcalloc(p->nthreads, sizeof(*threads));

	forget_sizes(m);
	feed_threads(m, p, threads);
	feed_parts(m, p, threads, funcs);
	feed_blocks(m, p);
	tell_sizes(m);
	free(threads);
}

void top_lists__free(struct top_model *m)
{
	for (size_t i = 0; i < m->nblocks; i++) {
		free(m->blocks[i].name);
		free(m->blocks[i].track);
	}
	for (size_t i = 0; i < m->nthreads; i++)
		free(m->threads[i].name);
	for (size_t by = 0; by < TOP_BYS; by++) {
		for (size_t i = 0; i < m->groups[by].n; i++) {
			free(m->groups[by].v[i].key);
			free(m->groups[by].v[i].name);
			free(m->groups[by].v[i].size);
		}
		free(m->groups[by].v);
	}
	free(m->blocks);
	free(m->threads);
}

bool top_lists__is_shown(const struct top_model *m, const struct top_state *s, uint32_t thread)
{
	return s->ended || !m->threads[thread].gone;
}

char *top_lists__add_left_out(const struct top_model *m, const struct top_state *s, char *text)
{
	size_t n = 0;
	char *more;

	if (s->list != TOP_THREADS || s->by != TOP_EACH || s->inside)
		return text;
	for (uint32_t i = 0; i < m->nthreads; i++)
		n += !top_lists__is_shown(m, s, i);
	more = xasprintf("%zu ended: b", n);
	text = n ? xlist(text, more) : text;
	free(more);
	return text;
}

bool top_lists__is_in(const struct top_model *m, uint32_t thread, enum top_by by, uint32_t whose)
{
	return (by == TOP_EACH ? thread : m->threads[thread].group[by]) == whose;
}

const char *top_lists__lack(const struct top_model *m, enum top_by by, uint32_t whose)
{
	if (!m->parts->nedges)
		return "What a thread calls is not known where functions are folded";
	for (size_t i = 0; i < m->parts->nedges; i++) {
		if (top_lists__is_in(m, m->parts->edges[i].caller, by, whose))
			return NULL;
	}
	return "It has called nothing, or ended: then its calls stand with a thread after it";
}
