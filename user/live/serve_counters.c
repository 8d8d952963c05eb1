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
	struct serve_series functions, processes; /* a process has its command as the file, and as
						   * line its number */
	struct profile *last;			  /* the last reading */
	uint64_t readings;
};

struct serve_counters *serve_counters__new(void)
{
	struct serve_counters *c = xcalloc(1, sizeof(*c));

	c->functions.keys = profile__new();
	c->processes.keys = profile__new();
	return c;
}

void serve_counters__free(struct serve_counters *c)
{
	if (!c)
		return;
	serve_series__free(&c->functions);
	serve_series__free(&c->processes);
	profile__free(c->last);
	free(c);
}

/* --- readings ----------------------------------------------------------------------------------
 */

static void feed_processes(struct serve_series *s, const struct profile *p)
{
	struct prof_stat *stats = profile__process_stats(p);
	struct profile *rows = profile__new();

	for (size_t i = 0; i < p->nprocesses; i++) {
		const struct prof_process *q = &p->processes[i];
		uint32_t at = profile__func(rows, q->command ? q->command : "", q->pid, "", NULL);

		prof_stat__add(&rows->funcs[at].stat, &stats[i]);
	}
	serve_series__feed(s, rows);
	profile__free(rows);
	free(stats);
}

void serve_counters__feed(struct serve_counters *c, struct profile *p)
{
	serve_series__feed(&c->functions, p);
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

/* Of each reason that there was: the rest of a line that names whose they are. */
static void put_waits(const struct text *t, int reason, const struct prof_stat *st)
{
	fprintf(t->out, ",reason=\"%s\"} %.9f\n", prof_reason_names[reason],
		st->own_away.reason_ns[reason] / 1e9);
}

static void put_blocked(const struct text *t, const struct prof_func *f, const struct prof_io *io)
{
	(void)io;
	for (int r = 0; r < PROF_REASONS; r++) {
		if (!f->stat.own_away.reason_ns[r])
			continue;
		metrics__function("bpfprof_own_blocked_seconds_total", f, t->out);
		put_waits(t, r, &f->stat);
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
	{"bpfprof_own_blocked_seconds", "seconds", "Of it, time waited, by reason.", put_blocked,
	 false},
	{"bpfprof_reads", NULL, "System calls of each function that read.", put_reads, true},
	{"bpfprof_read_bytes", "bytes", "Bytes that they read.", put_read, true},
	{"bpfprof_writes", NULL, "System calls of each function that write.", put_writes, true},
	{"bpfprof_written_bytes", "bytes", "Bytes that they wrote.", put_written, true},
	{"bpfprof_io_failed", NULL, "Of reads and writes, those that failed.", put_failed, true},
};

static void put_functions(const struct text *t, const struct family *family)
{
	const struct serve_series *s = &t->c->functions;
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

static void put_process_blocked(const struct text *t, const struct prof_func *process)
{
	for (int r = 0; r < PROF_REASONS; r++) {
		if (!process->stat.own_away.reason_ns[r])
			continue;
		put_process(t, "bpfprof_process_blocked_seconds_total", process);
		put_waits(t, r, &process->stat);
	}
}

static void put_processes(const struct text *t,
			  void (*put)(const struct text *t, const struct prof_func *process))
{
	const struct serve_series *s = &t->c->processes;
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

static void put_idle(const struct text *t)
{
	const struct profile *p = t->c->last;
	int64_t sum = 0;

	for (size_t i = 0; i < p->nthreads; i++)
		sum = prof_ns(sum + p->threads[i].idle_ns);
	begin(t, "bpfprof_idle_seconds", "seconds",
	      "Of it, time that they waited for work, in queues and pools.");
	fprintf(t->out, "bpfprof_idle_seconds_total %.9f\n", sum / 1e9);
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
	begin(&t, "bpfprof_process_blocked_seconds", "seconds", "Of it, time waited, by reason.");
	put_processes(&t, put_process_blocked);
	put_reasons(&t);
	put_idle(&t);
	put_blocks(&t);
	put_lost(&t);
	if (openmetrics)
		fputs("# EOF\n", out);
}
