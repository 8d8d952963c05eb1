/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Functions added up by what they have in common, and threads: tables for people. Only what adds up
 * is there: cumulative times of several functions do not. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/clock.h"
#include "report/footnote.h"
#include "report/grid.h"
#include "report/limit.h"
#include "report/people.h"
#include "report/origin.h"
#include "report/rows.h"
#include "report/units.h"

#define BAR	  8
#define PLURAL(n) ((n) == 1 ? "" : "s")

size_t people__width(const struct report_opts *opts)
{
	return opts->screen.columns ? opts->screen.columns : SIZE_MAX;
}

static void print_of_all(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	char *calls, *time;
	uint64_t n;
	int64_t ns;

	if (!report__of_all(p, opts, &n, &ns))
		return;
	calls = units__count(n);
	time = units__time(ns);
	fprintf(out, ", of %s in %s", calls, time);
	free(calls);
	free(time);
}

void people__totals(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	const struct prof_stat sum = report__sum(p);
	char *calls = units__count(sum.ncalls), *functions = units__count(p->nfuncs);
	char *time = units__time(sum.tottime_ns);
	const char *clock = p->target.clock ? p->target.clock : "wall";

	fprintf(out, "%s call%s of %s function%s, %s of %s time", calls, PLURAL(sum.ncalls),
		functions, PLURAL(p->nfuncs), time, clock);
	print_of_all(p, opts, out);
	putc('\n', out);
	free(calls);
	free(functions);
	free(time);
}

void people__more(size_t n, FILE *out)
{
	char *count = units__count(n);

	if (n)
		fprintf(out, "and %s more row%s\n", count, n > 1 ? "s" : "");
	free(count);
}

/* A row: what it is called, of how many functions or threads it is, and their figures. */
struct group {
	char *name;
	uint64_t members;
	struct prof_stat stat;
	struct prof_ios io;
	int64_t idle_ns; /* of threads */
};

struct groups {
	struct group *v;
	size_t n;
	bool io;   /* what they read and write is known */
	bool idle; /* some have waited for work */
};

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct group *)x)->name, ((const struct group *)y)->name);
}

static int by_own(const void *x, const void *y)
{
	const struct group *a = x, *b = y;

	if (a->stat.tottime_ns != b->stat.tottime_ns)
		return a->stat.tottime_ns < b->stat.tottime_ns ? 1 : -1;
	return by_name(x, y);
}

/* Rows of one name become one. */
static void unite(struct groups *g)
{
	size_t n = 0;

	if (!g->n)
		return;
	qsort(g->v, g->n, sizeof(*g->v), by_name);
	for (size_t i = 0; i < g->n; i++) {
		if (n && !strcmp(g->v[n - 1].name, g->v[i].name)) {
			g->v[n - 1].members += g->v[i].members;
			prof_stat__add(&g->v[n - 1].stat, &g->v[i].stat);
			prof_ios__add(&g->v[n - 1].io, &g->v[i].io);
			g->v[n - 1].idle_ns = prof_ns(g->v[n - 1].idle_ns + g->v[i].idle_ns);
			free(g->v[i].name);
		} else {
			g->v[n++] = g->v[i];
		}
	}
	g->n = n;
}

static void reverse(struct groups *g)
{
	for (size_t i = 0; i < g->n / 2; i++) {
		struct group swap = g->v[i];

		g->v[i] = g->v[g->n - 1 - i];
		g->v[g->n - 1 - i] = swap;
	}
}

/* The rows that are shown, to be freed; *n: how many, *cut: how many -n or the screen left out. */
static uint32_t *shown_rows(const struct groups *g, const struct report_opts *opts, size_t *n,
			    size_t *cut)
{
	uint32_t *rows = xcalloc(g->n + 1, sizeof(*rows));
	char **names = xcalloc(g->n + 1, sizeof(*names));

	for (size_t i = 0; i < g->n; i++) {
		rows[i] = (uint32_t)i;
		names[i] = g->v[i].name;
	}
	*n = limit__rows(opts, rows, g->n, names, cut);
	free(names);
	return rows;
}

static void add_row(struct grid *g, const struct groups *in, const struct group *of, int64_t total,
		    const struct prof_clock *const *clocks, size_t nclocks)
{
	double share = total > 0 ? (double)of->stat.tottime_ns / total : 0;

	grid__add(g, units__count(of->members));
	grid__add(g, units__count(of->stat.ncalls));
	grid__add(g, units__time(of->stat.tottime_ns));
	grid__add(g, units__bar(share, BAR));
	grid__add(g, units__share(share));
	for (size_t i = 1; i < nclocks; i++)
		grid__add(g, units__time(prof_clock__own(clocks[i], &of->stat)));
	if (in->idle)
		grid__add(g, units__time(of->idle_ns));
	if (in->io) {
		grid__add(g, units__bytes(prof_io__read(&of->io.own)));
		grid__add(g, units__bytes(prof_io__written(&of->io.own)));
	}
	grid__add(g, xstrdup(of->name));
}

static void print_groups(const struct profile *p, const struct groups *g, const uint32_t *rows,
			 size_t n, const char *members, const char *title,
			 const struct report_opts *opts, FILE *out)
{
	const struct prof_clock *clocks[PROF_CLOCK_PARTS];
	size_t nclocks = prof_clock__parts(p, clocks);
	struct grid_column columns[8 + PROF_CLOCK_PARTS] = {{members, false, NULL, 0},
							    {"calls", false, NULL, 0},
							    {"own", false, NULL, 0},
							    {"", true, GRID_BAR, 3},
							    {"", false, NULL, 1}};
	struct grid grid = {.columns = columns, .ncolumns = 5};
	int64_t total = 0;

	for (size_t i = 1; i < nclocks; i++)
		columns[grid.ncolumns++] = (struct grid_column){clocks[i]->name, false, NULL, 0};
	if (g->idle)
		columns[grid.ncolumns++] = (struct grid_column){"idle", false, NULL, 0};
	if (g->io) {
		columns[grid.ncolumns++] = (struct grid_column){"read", false, NULL, 0};
		columns[grid.ncolumns++] = (struct grid_column){"written", false, NULL, 0};
	}
	columns[grid.ncolumns++] = (struct grid_column){title, true, NULL, 0};
	for (size_t i = 0; i < g->n; i++)
		total += g->v[i].stat.tottime_ns;
	for (size_t i = 0; i < n; i++)
		add_row(&grid, g, &g->v[rows[i]], total, clocks, nclocks);
	grid__print(&grid, people__width(opts), opts->colours, out);
	grid__free(&grid);
}

/* Unites, sorts and prints g, and frees it. */
static int finish(const struct profile *p, struct groups *g, const char *members, const char *title,
		  const struct report_opts *opts, FILE *out)
{
	struct prof_stat told = {0};
	size_t n, cut;
	uint32_t *rows;

	for (size_t i = 0; i < g->n; i++)
		prof_stat__add(&told, &g->v[i].stat);
	unite(g);
	if (g->n)
		qsort(g->v, g->n, sizeof(*g->v), by_own);
	if (opts->reverse)
		reverse(g);
	rows = shown_rows(g, opts, &n, &cut);
	report__head(p, out);
	people__totals(p, opts, out);
	fputs("by own time\n\n", out);
	print_groups(p, g, rows, n, members, title, opts, out);
	people__more(cut, out);
	if (!n && g->n)
		fprintf(out, "no %s matches -n\n", title);
	putc('\n', out);
	report__untold(p, &told, "row", out);
	report__foot(p, opts, out);
	for (size_t i = 0; i < g->n; i++)
		free(g->v[i].name);
	free(g->v);
	free(rows);
	return ferror(out) ? -1 : 0;
}

static int group_functions(const struct profile *p, const char *title,
			   char *(*name)(const char *file, size_t root),
			   const struct report_opts *opts, FILE *out)
{
	struct groups g = {.io = p->target.io};
	size_t root = origin__root(p);

	for (size_t i = 0; i < p->nfuncs; i++)
		*ARR_PUSH(g.v, g.n) = (struct group){.name = name(p->funcs[i].file, root),
						     .members = 1,
						     .stat = p->funcs[i].stat,
						     .io = *profile__io(p, PROF_FUNCS, i)};
	return finish(p, &g, "functions", title, opts, out);
}

static char *file_name(const char *file, size_t root)
{
	return xstrdup(origin__short(file, root));
}

int report_by_file(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	return group_functions(p, "file", file_name, opts, out);
}

int report_by_package(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	return group_functions(p, "package", origin__package, opts, out);
}

static struct prof_stat thread_stat(const struct prof_thread *t)
{
	return (struct prof_stat){.ncalls = t->ncalls,
				  .tottime_ns = t->tottime_ns,
				  .own_away = t->away,
				  .own_bias_ns = t->bias_ns};
}

static char *thread_name(const struct profile *p, const struct prof_thread *t)
{
	(void)p;
	return xasprintf("%s (%u)", t->name, t->tid);
}

static char *process_name(const struct profile *p, const struct prof_thread *t)
{
	uint32_t i = prof_thread__process(p, t);
	const char *command = i == PROF_NONE ? NULL : p->processes[i].command;

	if (!command)
		return xasprintf("process %u", prof_thread__pid(p, t));
	return xasprintf("%s (%u)", command, prof_thread__pid(p, t));
}

static int group_threads(const struct profile *p, const char *title,
			 char *(*name)(const struct profile *p, const struct prof_thread *t),
			 const struct report_opts *opts, FILE *out)
{
	struct groups g = {0};

	for (size_t i = 0; i < p->nthreads; i++) {
		const struct prof_thread *t = &p->threads[i];

		*ARR_PUSH(g.v, g.n) = (struct group){.name = name(p, t),
						     .members = 1,
						     .stat = thread_stat(t),
						     .idle_ns = t->idle_ns};
		g.idle |= t->idle_ns > 0;
	}
	return finish(p, &g, "threads", title, opts, out);
}

int report_by_thread(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	return group_threads(p, "thread", thread_name, opts, out);
}

int report_by_process(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	return group_threads(p, "process", process_name, opts, out);
}
