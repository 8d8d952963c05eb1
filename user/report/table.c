/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table for people: units by size, bars for shares, names and places that fit. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/bias.h"
#include "model/clock.h"
#include "report/footnote.h"
#include "report/grid.h"
#include "report/order.h"
#include "report/people.h"
#include "report/origin.h"
#include "report/rows.h"
#include "report/signs.h"
#include "report/units.h"

#define BAR   8
#define LINES 8 /* around the rows: totals, columns' names, what is not shown */

static char *place_text(const struct prof_func *f, size_t root)
{
	return f->line ? xasprintf("%s:%u", origin__short(f->file, root), f->line)
		       : xstrdup(origin__short(f->file, root));
}

static char *calls_text(const struct prof_stat *st)
{
	char *all = units__count(st->ncalls), *primitive = units__count(st->primitive_calls);
	const bool one = st->ncalls == st->primitive_calls;
	char *text =
		xasprintf("%s%s%s%s", all, one ? "" : "/", one ? "" : primitive, sign__open(st));

	free(all);
	free(primitive);
	return text;
}

static char *own_text(const struct prof_stat *st, bool is_estimate)
{
	char *time = units__time(st->tottime_ns), *marked;

	if (!is_estimate)
		return time;
	marked = xasprintf("~%s", time);
	free(time);
	return marked;
}

static void add_row(struct grid *g, const struct prof_func *f, const struct report_opts *opts,
		    uint32_t row, int64_t total, size_t root)
{
	const struct prof_stat *whole = &opts->whole->funcs[row].stat;
	const struct prof_io *io = &profile__io(opts->whole, PROF_FUNCS, row)->own;
	double share = total > 0 ? (double)f->stat.tottime_ns / total : 0;

	grid__add(g, calls_text(&f->stat));
	grid__add(g, own_text(&f->stat, report__is_estimate(opts, row)));
	grid__add(g, units__bar(share, BAR));
	grid__add(g, units__share(share));
	for (size_t i = 0; i < opts->nbeside; i++)
		grid__add(g, units__time(prof_clock__own(opts->beside[i], whole)));
	if (opts->whole->target.io) {
		grid__add(g, units__bytes(prof_io__read(io)));
		grid__add(g, units__bytes(prof_io__written(io)));
	}
	if (opts->whole->target.coroutines) {
		grid__add(g, units__count(f->stat.life.ended));
		grid__add(g, units__time(f->stat.life.elapsed_ns));
	}
	grid__add(g, units__time(f->stat.cumtime_ns));
	grid__add(g, f->stat.primitive_calls && !f->stat.open
			     ? units__time(f->stat.cumtime_ns / (int64_t)f->stat.primitive_calls)
			     : xstrdup(""));
	grid__add(g, xstrdup(prof_func__full_name(f)));
	grid__add(g, place_text(f, root));
}

/* The columns, those of further clocks, reads and writes, and coroutines among them. */
static struct grid_column *columns(const struct report_opts *opts, size_t *n)
{
	static const struct grid_column before[] = {{"calls", false, NULL, 0},
						    {"own", false, NULL, 0},
						    {"", true, GRID_BAR, 3},
						    {"", false, NULL, 1}};
	static const struct grid_column after[] = {{"total", false, NULL, 0},
						   {"each", false, NULL, 2},
						   {"function", true, NULL, 0},
						   {"where", true, GRID_DIM, 0}};
	static const struct grid_column lives[] = {{"ended", false, NULL, 0},
						   {"elapsed", false, NULL, 0}};
	static const struct grid_column io[] = {{"read", false, NULL, 0},
						{"written", false, NULL, 0}};
	struct grid_column *all = NULL;

	*n = 0;
	for (size_t i = 0; i < 4; i++)
		*ARR_PUSH(all, *n) = before[i];
	for (size_t i = 0; i < opts->nbeside; i++)
		*ARR_PUSH(all, *n) = (struct grid_column){opts->beside[i]->name, false, NULL, 0};
	for (size_t i = 0; i < 2 && opts->whole->target.io; i++)
		*ARR_PUSH(all, *n) = io[i];
	for (size_t i = 0; i < 2 && opts->whole->target.coroutines; i++)
		*ARR_PUSH(all, *n) = lives[i];
	for (size_t i = 0; i < 4; i++)
		*ARR_PUSH(all, *n) = after[i];
	return all;
}

static bool any(const struct selection *s, const struct report_opts *opts,
		bool (*is)(const struct report_opts *opts, uint32_t row))
{
	for (size_t i = 0; i < s->n; i++) {
		if (is(opts, s->rows[i]))
			return true;
	}
	return false;
}

static bool was_open(const struct report_opts *opts, uint32_t row)
{
	return opts->whole->funcs[row].stat.open;
}

static void explain(const struct selection *s, const struct report_opts *opts, FILE *out)
{
	if (any(s, opts, report__is_estimate))
		fputs("~ an estimate: more profiling was taken off than is left\n", out);
	if (any(s, opts, was_open))
		fprintf(out, SIGN_OPEN " %s\n", sign__open_text(opts->whole));
}

static void print_rows(const struct profile *p, const struct selection *s,
		       const struct report_opts *opts, FILE *out)
{
	const int64_t total = report__sum(p).tottime_ns;
	struct grid g = {0};
	struct grid_column *all = columns(opts, &g.ncolumns);
	size_t root = origin__root(p);

	g.columns = all;
	for (size_t i = 0; i < s->n; i++)
		add_row(&g, &p->funcs[s->rows[i]], opts, s->rows[i], total, root);
	grid__print(&g, people__width(opts), opts->colours, out);
	grid__free(&g);
	free(all);
}

int report_table(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	const struct row_lines lines = {.around = LINES + (report__sum(p).open != 0) +
						  report__lines_around(p, opts)};
	struct report_opts unwrapped = *opts;
	struct selection s;

	unwrapped.screen.columns = 0; /* lines are made to fit */
	s = selection__make(p, &unwrapped, "cumulative", &lines);
	report__head(p, out);
	people__totals(p, opts, out);
	if (s.n) {
		fprintf(out, "by %s%s\n\n", s.ordered_by, opts->reverse ? ", reversed" : "");
		print_rows(p, &s, opts, out);
	} else {
		fputs(s.reduced, out);
	}
	people__more(s.cut, out);
	explain(&s, opts, out);
	putc('\n', out);
	report__foot(p, opts, out);
	selection__free(&s);
	return ferror(out) ? -1 : 0;
}
