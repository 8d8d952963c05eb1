/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Readings into counters, and these as text. */
#include "live/serve_counters.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/clock.h"
#include "report/metrics.h"

struct serve_counters {
	struct profile *keys; /* every function in the order it was first seen, and its figures */
	bool *shown;	      /* as the functions of keys */
	size_t nshown;
	struct prof_stat others; /* of functions, while they are not shown */
	struct profile *last;	 /* the last reading */
	uint64_t readings;
};

struct serve_counters *serve_counters__new(void)
{
	struct serve_counters *c = xcalloc(1, sizeof(*c));

	c->keys = profile__new();
	return c;
}

void serve_counters__free(struct serve_counters *c)
{
	if (!c)
		return;
	profile__free(c->keys);
	profile__free(c->last);
	free(c->shown);
	free(c);
}

/* --- readings ----------------------------------------------------------------------------------
 */

/* Corrections change from one reading to the next: a counter waits until it is past what it was. */
static struct prof_stat advance(struct prof_stat *st, const struct prof_stat *now)
{
	struct prof_stat more = *now;

	prof_stat__less(&more, st);
	prof_stat__add(st, &more);
	return more;
}

struct ranked {
	uint32_t at;
	int64_t own_ns;
};

static int by_own(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->own_ns != y->own_ns)
		return x->own_ns < y->own_ns ? 1 : -1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void choose(struct serve_counters *c)
{
	size_t n = c->keys->nfuncs, kept = 0;
	struct ranked *v = xcalloc(n, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct ranked){i, c->keys->funcs[i].stat.tottime_ns};
	qsort(v, n, sizeof(*v), by_own);
	for (size_t i = 2 * SERVE_SERIES; i < n; i++)
		c->shown[v[i].at] = false;
	for (size_t i = 0; i < n; i++)
		kept += c->shown[v[i].at];
	for (size_t i = 0; i < n && kept < SERVE_SERIES; i++) {
		kept += !c->shown[v[i].at];
		c->shown[v[i].at] = true;
	}
	free(v);
}

void serve_counters__feed(struct serve_counters *c, struct profile *p)
{
	uint32_t *at = xcalloc(p->nfuncs, sizeof(*at));
	struct prof_stat *more = xcalloc(p->nfuncs, sizeof(*more));

	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_func *f = &p->funcs[i];

		at[i] = profile__func(c->keys, f->file, f->line, f->name, f->qualname);
		if (at[i] == c->nshown)
			*ARR_PUSH(c->shown, c->nshown) = false;
		more[i] = advance(&c->keys->funcs[at[i]].stat, &f->stat);
	}
	choose(c);
	for (size_t i = 0; i < p->nfuncs; i++) {
		if (!c->shown[at[i]])
			prof_stat__add(&c->others, &more[i]);
	}
	free(at);
	free(more);
	profile__free(c->last);
	c->last = p;
	c->readings++;
}

/* --- text --------------------------------------------------------------------------------------
 */

struct text {
	const struct serve_counters *c;
	const char *in_type; /* what the older format wants in a family's name too */
	FILE *out;
};

static void begin(const struct text *t, const char *family, const char *unit, const char *help)
{
	metrics__family(family, t->in_type, "counter", unit, help, t->out);
}

static void put_calls(const struct text *t, const struct prof_func *f)
{
	metrics__function("bpfprof_calls_total", f, t->out);
	fprintf(t->out, "} %" PRIu64 "\n", f->stat.ncalls);
}

static void put_own(const struct text *t, const struct prof_func *f)
{
	const struct prof_clock *clocks[PROF_CLOCK_PARTS];
	size_t n = prof_clock__parts(t->c->last, clocks);

	for (size_t k = 0; k < n; k++) {
		metrics__function("bpfprof_own_seconds_total", f, t->out);
		fprintf(t->out, ",clock=\"%s\"} %.9f\n", clocks[k]->name,
			prof_clock__own(clocks[k], &f->stat) / 1e9);
	}
}

static void put_functions(const struct text *t,
			  void (*put)(const struct text *t, const struct prof_func *f))
{
	const struct serve_counters *c = t->c;
	struct prof_func others = {.file = "", .name = "(others)", .stat = c->others};

	for (size_t i = 0; i < c->keys->nfuncs; i++) {
		if (c->shown[i])
			put(t, &c->keys->funcs[i]);
	}
	put(t, &others);
}

static void put_reasons(const struct text *t)
{
	const struct profile *p = t->c->last;

	begin(t, "bpfprof_blocked_seconds", "seconds", "Time that threads waited, by reason.");
	for (int r = 0; r < PROF_REASONS; r++) {
		int64_t sum = 0;

		for (size_t i = 0; i < p->nthreads; i++)
			sum = prof_ns(sum + p->threads[i].away.reason_ns[r]);
		fprintf(t->out, "bpfprof_blocked_seconds_total{reason=\"%s\"} %.9f\n",
			prof_reason_names[r], sum / 1e9);
	}
}

static void put_blocks(const struct text *t)
{
	const struct profile *p = t->c->last;

	begin(t, "bpfprof_block_hits", NULL, "Hits of each block.");
	for (size_t i = 0; i < p->nblocks; i++) {
		metrics__block("bpfprof_block_hits_total", p, &p->blocks[i], t->out);
		fprintf(t->out, "%" PRIu64 "\n", p->blocks[i].hits.hit_count);
	}
	begin(t, "bpfprof_block_seconds", "seconds", "Time in each block, outermost hits.");
	for (size_t i = 0; i < p->nblocks; i++) {
		metrics__block("bpfprof_block_seconds_total", p, &p->blocks[i], t->out);
		fprintf(t->out, "%.9f\n", p->blocks[i].hits.total_ns / 1e9);
	}
}

static void put_lost(const struct text *t)
{
	const struct profile *p = t->c->last;

	begin(t, "bpfprof_lost", NULL, "What could not be counted, by kind.");
	for (size_t i = 0; i < p->nlosses; i++) {
		fputs("bpfprof_lost_total{", t->out);
		metrics__label("kind", p->losses[i].name, t->out);
		fprintf(t->out, "} %" PRIu64 "\n", p->losses[i].count);
	}
}

static void put_run(const struct text *t)
{
	const struct prof_target *target = &t->c->last->target;

	metrics__family("bpfprof_target_info", "", "gauge", NULL, "What is profiled.", t->out);
	fprintf(t->out, "bpfprof_target_info{pid=\"%u\",", target->pid);
	metrics__label("command", target->command ? target->command : "", t->out);
	putc(',', t->out);
	metrics__label("python", target->python ? target->python : "", t->out);
	putc(',', t->out);
	metrics__label("backend", target->backend ? target->backend : "", t->out);
	fputs("} 1\n", t->out);
	begin(t, "bpfprof_readings", NULL, "Readings so far, between which nothing changes here.");
	fprintf(t->out, "bpfprof_readings_total %" PRIu64 "\n", t->c->readings);
	begin(t, "bpfprof_measured_seconds", "seconds", "Wall time measured so far.");
	fprintf(t->out, "bpfprof_measured_seconds_total %.9f\n", target->duration_ns / 1e9);
}

void serve_counters__write(const struct serve_counters *c, bool openmetrics, FILE *out)
{
	const struct text t = {c, openmetrics ? "" : "_total", out};

	put_run(&t);
	begin(&t, "bpfprof_calls", NULL, "Calls of each function.");
	put_functions(&t, put_calls);
	begin(&t, "bpfprof_own_seconds", "seconds",
	      "Time of each function without those it calls.");
	put_functions(&t, put_own);
	put_reasons(&t);
	put_blocks(&t);
	put_lost(&t);
	if (openmetrics)
		fputs("# EOF\n", out);
}
