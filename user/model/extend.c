/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Row by row, by the same keys that profile__since takes them apart by. */
#include "model/extend.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/bias.h"
#include "model/holds.h"
#include "model/idle.h"
#include "model/run.h"

static void extend_funcs(struct profile *p, const struct profile *span, uint32_t *funcs)
{
	for (size_t i = 0; i < span->nfuncs; i++) {
		const struct prof_func *f = &span->funcs[i];
		const size_t before = p->nfuncs;

		funcs[i] = profile__func(p, f->file, f->line, f->name, f->qualname);
		if (p->nfuncs > before || f->kind != ACC_KIND_PYTHON)
			p->funcs[funcs[i]].kind = f->kind;
		if (p->nfuncs == before && profile__is_idle(span, PROF_FUNCS, i, &f->stat))
			continue;
		prof_stat__extend(&p->funcs[funcs[i]].stat, &f->stat);
		profile__add_io(p, PROF_FUNCS, funcs[i], span, i);
	}
}

static void extend_edges(struct profile *p, const struct profile *span, const uint32_t *funcs)
{
	for (size_t i = 0; i < span->nedges; i++) {
		const struct prof_edge *e = &span->edges[i];
		struct prof_edge *to = profile__edge(p, funcs[e->caller], funcs[e->callee]);

		prof_stat__extend(&to->stat, &e->stat);
		profile__add_io(p, PROF_EDGES, to - p->edges, span, i);
	}
}

static void extend_thread(struct prof_thread *to, const struct prof_thread *from)
{
	struct prof_stat sum = {.ncalls = to->ncalls,
				.tottime_ns = to->tottime_ns,
				.own_bias_ns = to->bias_ns,
				.own_away = to->away};

	prof_stat__add(&sum, &(struct prof_stat){.ncalls = from->ncalls,
						 .tottime_ns = from->tottime_ns,
						 .own_bias_ns = from->bias_ns,
						 .own_away = from->away});
	to->ncalls = sum.ncalls;
	to->tottime_ns = sum.tottime_ns;
	to->bias_ns = sum.own_bias_ns;
	to->away = sum.own_away;
	to->idle_ns = prof_ns(to->idle_ns + from->idle_ns);
	to->switches = prof_count(prof_count(to->switches) + prof_count(from->switches));
	to->untold = prof_count(prof_count(to->untold) + prof_count(from->untold));
	to->untold_ns = prof_ns(prof_ns(to->untold_ns) + prof_ns(from->untold_ns));
	to->start_ns = from->start_ns;
	to->end_ns = from->end_ns;
	free(to->name);
	to->name = xstrdup(from->name);
}

static void extend_threads(struct profile *p, const struct profile *span, uint32_t *threads)
{
	uint32_t likely = 0;

	for (size_t i = 0; i < span->nthreads; i++) {
		const struct prof_thread *from = &span->threads[i];

		threads[i] = p->nthreads ? prof_thread__find(p, from, likely) : PROF_NONE;
		if (threads[i] == PROF_NONE) {
			profile__add_thread(p, from->tid, from->name)->pid = from->pid;
			threads[i] = (uint32_t)p->nthreads - 1;
		}
		likely = threads[i] + 1;
		extend_thread(&p->threads[threads[i]], from);
	}
}

static void extend_blocks(struct profile *p, const struct profile *span, const uint32_t *threads)
{
	uint32_t *tracks = xcalloc(span->ntracks, sizeof(*tracks));

	for (size_t i = 0; i < span->ntracks; i++) {
		const struct prof_track *t = &span->tracks[i];

		tracks[i] = profile__track(p, t->group, t->idx);
		prof_track__name(&p->tracks[tracks[i]], t->name);
		p->tracks[tracks[i]].enabled = t->enabled;
	}
	for (size_t i = 0; i < span->nblocks; i++) {
		const struct prof_block *from = &span->blocks[i];
		struct prof_block *b =
			profile__block(p, tracks[from->track], from->name, from->file, from->line);

		prof_hits__add(&b->hits, &from->hits);
		for (size_t k = 0; k < from->nthreads; k++) {
			const uint32_t thread = from->threads[k].thread;

			prof_hits__add(
				prof_block__hits(b, thread == PROF_NONE ? thread : threads[thread]),
				&from->threads[k].hits);
		}
	}
	free(tracks);
}

static void extend_holds(struct profile *p, const struct profile *span, const uint32_t *threads)
{
	profile__add_free(p, span->gil_free_ns);
	for (size_t i = 0; i < span->nholds; i++) {
		struct prof_hold more = span->holds[i];
		size_t k = 0;

		more.thread = threads[more.thread];
		while (k < p->nholds &&
		       (p->holds[k].thread != more.thread || !prof_hold__same(&p->holds[k], &more)))
			k++;
		if (k < p->nholds)
			p->holds[k].ns = prof_ns(p->holds[k].ns + prof_ns(more.ns));
		else
			profile__copy_hold(p, &more, 0, more.file);
	}
}

static void extend_rest(struct profile *p, const struct profile *span)
{
	for (size_t i = 0; i < span->nprocesses; i++)
		profile__add_process(p, &span->processes[i]);
	for (size_t i = 0; i < span->nlosses; i++)
		profile__add_loss(p, span->losses[i].name, span->losses[i].text,
				  span->losses[i].count);
	p->settled_error_ns = prof_ns(p->settled_error_ns + span->settled_error_ns);
	p->target.bias = span->target.bias;
	p->target.clock_error = span->target.clock_error;
	p->target.duration_ns += span->target.duration_ns;
	p->target.sequence = span->target.sequence;
	p->target.only_wall |= span->target.only_wall;
	p->target.coroutines |= span->target.coroutines;
	p->target.io |= span->target.io;
}

static bool is_settled(const struct profile *p)
{
	return p->target.bias.from == PROF_BIAS_NONE;
}

static void settle_alike(struct profile *p, struct profile *span)
{
	if (is_settled(p) == is_settled(span))
		return;
	profile__correct(p);
	profile__settle(p);
	profile__correct(span);
	profile__settle(span);
}

void profile__extend(struct profile *p, struct profile *span)
{
	uint32_t *funcs = xcalloc(span->nfuncs, sizeof(*funcs));
	uint32_t *threads = xcalloc(span->nthreads, sizeof(*threads));

	settle_alike(p, span);
	profile__add_run(p, span);
	extend_funcs(p, span, funcs);
	extend_edges(p, span, funcs);
	profile__add_awaits(p, span, funcs, NULL, NULL);
	extend_threads(p, span, threads);
	extend_blocks(p, span, threads);
	extend_holds(p, span, threads);
	extend_rest(p, span);
	free(funcs);
	free(threads);
}
