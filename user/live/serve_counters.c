/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Readings into counters, and these as text. */
#include "live/serve_counters.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/clock.h"
#include "report/metrics.h"

/* Rows of which so many at most have series of their own. */
struct series {
	struct profile *keys; /* every row as a function, in the order it was first seen, and its
				 figures */
	bool *shown;	      /* as the functions of keys */
	size_t nshown;
	struct prof_stat others; /* of rows, while they are not shown */
	struct prof_ios others_io;
};

struct serve_counters {
	struct series functions, processes; /* a process has its command as the file, and as line
					     * its number */
	struct profile *last;		    /* the last reading */
	uint64_t readings;
};

struct serve_counters *serve_counters__new(void)
{
	struct serve_counters *c = xcalloc(1, sizeof(*c));

	c->functions.keys = profile__new();
	c->processes.keys = profile__new();
	return c;
}

static void series_free(struct series *s)
{
	profile__free(s->keys);
	free(s->shown);
}

void serve_counters__free(struct serve_counters *c)
{
	if (!c)
		return;
	series_free(&c->functions);
	series_free(&c->processes);
	profile__free(c->last);
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

static struct prof_ios advance_io(struct profile *keys, size_t at, const struct profile *p,
				  size_t i)
{
	const struct prof_ios before = *profile__io(keys, PROF_FUNCS, at);
	struct prof_ios more;

	profile__raise_io(keys, PROF_FUNCS, at, p, i);
	more = *profile__io(keys, PROF_FUNCS, at);
	for (size_t k = 0; k < 2 * PROF_IO_FIGURES; k++)
		PROF_IO_FIGURE(&more, k) -= PROF_IO_FIGURE(&before, k);
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

static void choose(struct series *s)
{
	size_t n = s->keys->nfuncs, kept = 0;
	struct ranked *v = xcalloc(n, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct ranked){i, s->keys->funcs[i].stat.tottime_ns};
	qsort(v, n, sizeof(*v), by_own);
	for (size_t i = 2 * SERVE_SERIES; i < n; i++)
		s->shown[v[i].at] = false;
	for (size_t i = 0; i < n; i++)
		kept += s->shown[v[i].at];
	for (size_t i = 0; i < n && kept < SERVE_SERIES; i++) {
		kept += !s->shown[v[i].at];
		s->shown[v[i].at] = true;
	}
	free(v);
}

static void feed(struct series *s, const struct profile *p)
{
	uint32_t *at = xcalloc(p->nfuncs, sizeof(*at));
	struct prof_stat *more = xcalloc(p->nfuncs, sizeof(*more));
	struct prof_ios *more_io = xcalloc(p->nfuncs, sizeof(*more_io));

	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_func *f = &p->funcs[i];

		at[i] = profile__func(s->keys, f->file, f->line, f->name, f->qualname);
		if (at[i] == s->nshown)
			*ARR_PUSH(s->shown, s->nshown) = false;
		more[i] = advance(&s->keys->funcs[at[i]].stat, &f->stat);
		more_io[i] = advance_io(s->keys, at[i], p, i);
	}
	choose(s);
	for (size_t i = 0; i < p->nfuncs; i++) {
		if (s->shown[at[i]])
			continue;
		prof_stat__add(&s->others, &more[i]);
		prof_ios__add(&s->others_io, &more_io[i]);
	}
	free(at);
	free(more);
	free(more_io);
}

static void feed_processes(struct series *s, const struct profile *p)
{
	struct prof_stat *stats = profile__process_stats(p);
	struct profile *rows = profile__new();

	for (size_t i = 0; i < p->nprocesses; i++) {
		const struct prof_process *q = &p->processes[i];
		uint32_t at = profile__func(rows, q->command ? q->command : "", q->pid, "", NULL);

		prof_stat__add(&rows->funcs[at].stat, &stats[i]);
	}
	feed(s, rows);
	profile__free(rows);
	free(stats);
}

void serve_counters__feed(struct serve_counters *c, struct profile *p)
{
	feed(&c->functions, p);
	feed_processes(&c->processes, p);
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

static void put_calls(const struct text *t, const struct prof_func *f, const struct prof_io *io)
{
	(void)io;
	metrics__function("bpfprof_calls_total", f, t->out);
	fprintf(t->out, "} %" PRIu64 "\n", f->stat.ncalls);
}

static void put_own(const struct text *t, const struct prof_func *f, const struct prof_io *io)
{
	const struct prof_clock *clocks[PROF_CLOCK_PARTS];
	size_t n = prof_clock__parts(t->c->last, clocks);

	(void)io;
	for (size_t k = 0; k < n; k++) {
		metrics__function("bpfprof_own_seconds_total", f, t->out);
		fprintf(t->out, ",clock=\"%s\"} %.9f\n", clocks[k]->name,
			prof_clock__own(clocks[k], &f->stat) / 1e9);
	}
}

/* Of each kind that there was. */
static void put_io(const struct text *t, const struct prof_func *f, const char *sample,
		   const int64_t of[PROF_IO_KINDS])
{
	for (int kind = 0; kind < PROF_IO_KINDS; kind++) {
		if (!of[kind])
			continue;
		metrics__function(sample, f, t->out);
		fprintf(t->out, ",kind=\"%s\"} %" PRId64 "\n", prof_io_names[kind], of[kind]);
	}
}

static void put_reads(const struct text *t, const struct prof_func *f, const struct prof_io *io)
{
	put_io(t, f, "bpfprof_reads_total", io->reads);
}

static void put_read(const struct text *t, const struct prof_func *f, const struct prof_io *io)
{
	put_io(t, f, "bpfprof_read_bytes_total", io->read_bytes);
}

static void put_writes(const struct text *t, const struct prof_func *f, const struct prof_io *io)
{
	put_io(t, f, "bpfprof_writes_total", io->writes);
}

static void put_written(const struct text *t, const struct prof_func *f, const struct prof_io *io)
{
	put_io(t, f, "bpfprof_written_bytes_total", io->written_bytes);
}

static void put_failed(const struct text *t, const struct prof_func *f, const struct prof_io *io)
{
	if (!io->failed)
		return;
	metrics__function("bpfprof_io_failed_total", f, t->out);
	fprintf(t->out, "} %" PRId64 "\n", io->failed);
}

/* What a family is of each function. */
static const struct family {
	const char *name, *unit, *help;
	void (*put)(const struct text *t, const struct prof_func *f, const struct prof_io *io);
	bool is_io;
} families[] = {
	{"bpfprof_calls", NULL, "Calls of each function.", put_calls, false},
	{"bpfprof_own_seconds", "seconds", "Time of each function without those it calls.", put_own,
	 false},
	{"bpfprof_reads", NULL, "System calls of each function that read.", put_reads, true},
	{"bpfprof_read_bytes", "bytes", "Bytes that they read.", put_read, true},
	{"bpfprof_writes", NULL, "System calls of each function that write.", put_writes, true},
	{"bpfprof_written_bytes", "bytes", "Bytes that they wrote.", put_written, true},
	{"bpfprof_io_failed", NULL, "Of reads and writes, those that failed.", put_failed, true},
};

static void put_functions(const struct text *t, const struct family *family)
{
	const struct series *s = &t->c->functions;
	struct prof_func others = {.file = "", .name = "(others)", .stat = s->others};

	begin(t, family->name, family->unit, family->help);
	for (size_t i = 0; i < s->keys->nfuncs; i++) {
		if (s->shown[i])
			family->put(t, &s->keys->funcs[i],
				    &profile__io(s->keys, PROF_FUNCS, i)->own);
	}
	family->put(t, &others, &s->others_io.own);
}

static void put_process(const struct text *t, const char *sample, const struct prof_func *process)
{
	fprintf(t->out, "%s{pid=\"%u\",", sample, process->line);
	metrics__label("command", process->file, t->out);
}

static void put_process_calls(const struct text *t, const struct prof_func *process)
{
	put_process(t, "bpfprof_process_calls_total", process);
	fprintf(t->out, "} %" PRIu64 "\n", process->stat.ncalls);
}

static void put_process_own(const struct text *t, const struct prof_func *process)
{
	put_process(t, "bpfprof_process_own_seconds_total", process);
	fprintf(t->out, "} %.9f\n", process->stat.tottime_ns / 1e9);
}

static void put_processes(const struct text *t,
			  void (*put)(const struct text *t, const struct prof_func *process))
{
	const struct series *s = &t->c->processes;
	const struct prof_func others = {.file = "(others)", .stat = s->others};

	for (size_t i = 0; i < s->keys->nfuncs; i++) {
		if (s->shown[i])
			put(t, &s->keys->funcs[i]);
	}
	if (others.stat.ncalls)
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
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (!families[i].is_io || c->last->target.io)
			put_functions(&t, &families[i]);
	}
	begin(&t, "bpfprof_process_calls", NULL, "Calls in each process.");
	put_processes(&t, put_process_calls);
	begin(&t, "bpfprof_process_own_seconds", "seconds", "Time in calls of each process.");
	put_processes(&t, put_process_own);
	put_reasons(&t);
	put_blocks(&t);
	put_lost(&t);
	if (openmetrics)
		fputs("# EOF\n", out);
}
