/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tables of Python's pstats, to the byte, between what footnote.h says. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "model/bias.h"
#include "model/clock.h"
#include "report/edges.h"
#include "report/footnote.h"
#include "report/order.h"
#include "report/rows.h"
#include "report/signs.h"

static double seconds(int64_t ns)
{
	return ns / 1e9;
}

static void print_clock(const struct profile *p, int width, FILE *out)
{
	char *safe = escaped(p->target.clock ? p->target.clock : "wall", ESCAPE_TERMINAL);

	fprintf(out, "%*s", width, safe);
	free(safe);
}

static void print_totals(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	const struct prof_stat all = report__sum(p), *sum = &all;
	uint64_t calls;
	int64_t ns;

	fprintf(out, "         %" PRIu64 " function calls ", sum->ncalls);
	if (sum->ncalls != sum->primitive_calls)
		fprintf(out, "(%" PRIu64 " primitive calls) ", sum->primitive_calls);
	fprintf(out, "in %.3f seconds", seconds(sum->tottime_ns));
	if (report__clock(p) != prof_clocks) {
		fputs(" of ", out);
		print_clock(p, 0, out);
		fputs(" time", out);
	}
	if (report__of_all(p, opts, &calls, &ns))
		fprintf(out, ", of %" PRIu64 " in %.3f", calls, seconds(ns));
	fputs("\n\n", out);
}

static void print_order(const struct selection *s, FILE *out)
{
	fprintf(out, "   Ordered by: %s\n%s\n", s->ordered_by, s->reduced);
}

static void print_ncalls(const struct prof_stat *st, int width, FILE *out)
{
	char text[48];

	if (st->ncalls == st->primitive_calls)
		snprintf(text, sizeof(text), "%" PRIu64, st->ncalls);
	else
		snprintf(text, sizeof(text), "%" PRIu64 "/%" PRIu64, st->ncalls,
			 st->primitive_calls);
	fprintf(out, "%*s", width, text);
}

/* Blank where that cannot be told: the time is also that of activations that are no calls. */
static void print_percall(const struct prof_stat *st, int64_t ns, uint64_t calls, FILE *out)
{
	if (calls && !st->open)
		fprintf(out, " %8.3f", seconds(ns) / calls);
	else
		fprintf(out, " %8s", "");
}

static void print_label(const char *label, const struct report_opts *opts, uint32_t row, FILE *out)
{
	fprintf(out, " %s", label);
	signs__print(opts, row, out);
	putc('\n', out);
}

static void print_row(const struct prof_func *f, FILE *out)
{
	print_ncalls(&f->stat, 9, out);
	fprintf(out, " %8.3f", seconds(f->stat.tottime_ns));
	print_percall(&f->stat, f->stat.tottime_ns, f->stat.ncalls, out);
	fprintf(out, " %8.3f", seconds(f->stat.cumtime_ns));
	print_percall(&f->stat, f->stat.cumtime_ns, f->stat.primitive_calls, out);
}

static void print_rows(const struct profile *p, const struct selection *s,
		       const struct report_opts *opts, FILE *out)
{
	fputs("   ncalls  tottime  percall  cumtime  percall filename:lineno(function)\n", out);
	for (size_t i = 0; i < s->n; i++) {
		uint32_t row = s->rows[i];

		print_row(&p->funcs[row], out);
		print_label(s->labels[row], opts, row, out);
	}
}

/* --- clocks side by side: own and cumulative time by each --------------------------------------
 */

static void print_row_beside(const struct prof_func *f, const struct report_opts *opts,
			     uint32_t row, FILE *out)
{
	const struct prof_stat *whole = &opts->whole->funcs[row].stat;

	print_ncalls(&f->stat, 9, out);
	fprintf(out, " %8.3f %8.3f", seconds(f->stat.tottime_ns), seconds(f->stat.cumtime_ns));
	for (size_t i = 0; i < opts->nbeside; i++)
		fprintf(out, " %8.3f %8.3f", seconds(prof_clock__own(opts->beside[i], whole)),
			seconds(prof_clock__cum(opts->beside[i], whole)));
}

static void print_rows_beside(const struct profile *p, const struct selection *s,
			      const struct report_opts *opts, FILE *out)
{
	print_clock(p, 27, out);
	for (size_t i = 0; i < opts->nbeside; i++)
		fprintf(out, " %17s", opts->beside[i]->name);
	fputs("\n   ncalls", out);
	for (size_t i = 0; i <= opts->nbeside; i++)
		fputs("  tottime  cumtime", out);
	fputs(" filename:lineno(function)\n", out);
	for (size_t i = 0; i < s->n; i++) {
		uint32_t row = s->rows[i];

		print_row_beside(&p->funcs[row], opts, row, out);
		print_label(s->labels[row], opts, row, out);
	}
}

/* Totals, order, what is hidden, the columns' names, the blank lines, and what the signs mean. */
#define TABLE_LINES (9 + SIGNS_LINES)

int report_pstats(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	const struct row_lines lines = {
		.around = TABLE_LINES + (opts->nbeside != 0) + report__lines_around(p, opts),
		.before = opts->nbeside ? 28 + 18 * (int)opts->nbeside : 46};
	struct selection s = selection__make(p, opts, "cumulative", &lines);

	report__head(p, out);
	print_totals(p, opts, out);
	if (s.n) {
		print_order(&s, out);
		if (opts->nbeside)
			print_rows_beside(p, &s, opts, out);
		else
			print_rows(p, &s, opts, out);
		fputs("\n\n", out);
		signs__explain(&s, opts, out);
	}
	report__foot(p, opts, out);
	selection__free(&s);
	return ferror(out) ? -1 : 0;
}

/* --- callers and callees -----------------------------------------------------------------------
 */

/* One of the two views of an edge: whose row it stands under, and whom the line names. */
struct view {
	const char *title, *arrow;
	uint32_t (*owner)(const struct prof_edge *e);
	uint32_t (*named)(const struct prof_edge *e);
};

static const struct view callers = {"was called by...", "<-", edge__callee, edge__caller};
static const struct view callees = {"called...", "->", edge__caller, edge__callee};

struct sorted {
	const struct profile *p;
	const struct view *view;
};

/* Rows of one owner together, in the order that Python's tuples (file, line, name) sort in. */
static int compare_edges(const void *x, const void *y, void *arg)
{
	const struct sorted *by = arg;
	const struct prof_edge *a = *(const struct prof_edge *const *)x;
	const struct prof_edge *b = *(const struct prof_edge *const *)y;
	const struct prof_func *f = &by->p->funcs[by->view->named(a)];
	const struct prof_func *g = &by->p->funcs[by->view->named(b)];
	uint32_t i = by->view->owner(a), j = by->view->owner(b);
	int c = (i > j) - (i < j);

	c = c ? c : strcmp(f->file, g->file);
	c = c ? c : (f->line > g->line) - (f->line < g->line);
	return c ? c : strcmp(f->name, g->name);
}

static const struct prof_edge **sort_edges(const struct profile *p, const struct view *view)
{
	const struct prof_edge **edges = xcalloc(p->nedges + 1, sizeof(*edges));
	struct sorted by = {p, view};

	for (size_t i = 0; i < p->nedges; i++)
		edges[i] = &p->edges[i];
	qsort_r(edges, p->nedges, sizeof(*edges), compare_edges, &by);
	return edges;
}

/* pstats takes the widest of the shown rows where some are hidden, else of all. */
static int label_width(const struct selection *s)
{
	int width = 0;

	for (size_t i = 0; i < s->n; i++) {
		int n = text_width(s->labels[s->rows[i]]);

		width = n > width ? n : width;
	}
	return width + 2;
}

static void pad(int n, FILE *out)
{
	fprintf(out, "%*s", n > 0 ? n : 0, "");
}

static void print_edge(const struct prof_edge *e, const char *label, bool first, int width,
		       FILE *out)
{
	if (!first)
		pad(width + 1, out);
	print_ncalls(&e->stat, first ? 7 : 9, out);
	fprintf(out, " %8.3f %8.3f  %s%s%s\n", seconds(e->stat.tottime_ns),
		seconds(e->stat.cumtime_ns), label, e->stat.open ? " " : "", sign__open(&e->stat));
}

/* First of the edges that stand under func. */
static size_t first_edge(const struct prof_edge **edges, size_t n, const struct view *view,
			 uint32_t func)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (view->owner(edges[mid]) < func)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void print_func(const struct selection *s, const struct view *view,
		       const struct prof_edge **edges, uint32_t func, int width, FILE *out)
{
	size_t n = s->p->nedges, at = first_edge(edges, n, view, func), i = at;

	fputs(s->labels[func], out);
	pad(width - text_width(s->labels[func]), out);
	fprintf(out, "%s ", view->arrow);
	for (; i < n && view->owner(edges[i]) == func; i++)
		print_edge(edges[i], s->labels[view->named(edges[i])], i == at, width, out);
	if (i == at)
		putc('\n', out);
}

static bool any_open(const struct selection *s, const struct view *view,
		     const struct prof_edge **edges, uint32_t func)
{
	for (size_t i = first_edge(edges, s->p->nedges, view, func);
	     i < s->p->nedges && view->owner(edges[i]) == func; i++) {
		if (edges[i]->stat.open)
			return true;
	}
	return false;
}

static void explain_open(const struct selection *s, const struct view *view,
			 const struct prof_edge **edges, FILE *out)
{
	size_t i = 0;

	while (i < s->n && !any_open(s, view, edges, s->rows[i]))
		i++;
	if (i < s->n)
		fprintf(out, "   " SIGN_OPEN " %s\n", sign__open_text(s->p));
}

/* The lines that each function's edges take. */
static uint32_t *edge_lines(const struct profile *p, const struct view *view)
{
	uint32_t *lines = xcalloc(p->nfuncs, sizeof(*lines));

	for (size_t i = 0; i < p->nedges; i++)
		lines[view->owner(&p->edges[i])]++;
	for (size_t i = 0; i < p->nfuncs; i++)
		lines[i] += !lines[i];
	return lines;
}

static void print_view(const struct selection *s, const struct view *view,
		       const struct prof_edge **edges, FILE *out)
{
	int width = label_width(s);

	print_order(s, out);
	fputs("Function ", out);
	pad(width - 9, out);
	fprintf(out, "%s\n", view->title);
	if (s->p->nedges)
		fprintf(out, "%*s    ncalls  tottime  cumtime\n", width, "");
	for (size_t i = 0; i < s->n; i++)
		print_func(s, view, edges, s->rows[i], width, out);
	fputs("\n\n", out);
	explain_open(s, view, edges, out);
}

static int report_view(const struct profile *p, const struct report_opts *opts, FILE *out,
		       const struct view *view)
{
	const struct prof_edge **edges = sort_edges(p, view);
	uint32_t *of = edge_lines(p, view);
	const struct row_lines lines = {.around = TABLE_LINES + report__lines_around(p, opts),
					.of = of};
	struct selection s = selection__make(p, opts, "cumulative", &lines);

	report__head(p, out);
	if (s.n)
		print_view(&s, view, edges, out);
	report__foot(p, opts, out);
	free(of);
	free(edges);
	selection__free(&s);
	return ferror(out) ? -1 : 0;
}

int report_callers(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	return report_view(p, opts, out, &callers);
}

int report_callees(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	return report_view(p, opts, out, &callees);
}
