/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of what changed, for people: what got worse first; what may be noise is only counted.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "model/compare.h"
#include "report/grid.h"
#include "report/limit.h"
#include "report/people.h"
#include "report/origin.h"
#include "report/rows.h"
#include "report/units.h"

static char *signed_text(double by, char *(*of)(double size))
{
	char *size, *text;

	if (by == 0)
		return xstrdup("");
	size = of(fabs(by));
	text = xasprintf("%s%s", by < 0 ? "-" : "+", size);
	free(size);
	return text;
}

static char *calls_text(double n)
{
	return n == floor(n) ? units__count((uint64_t)n) : xasprintf("%.1f", n);
}

static char *time_text(double ns)
{
	return units__time(llround(ns));
}

static char *percent_text(const struct change *c, enum figure figure)
{
	double by = change__of(c, figure);

	if (c->is_new || c->is_gone)
		return xstrdup(c->is_new ? "new" : "gone");
	return by == 0 || c->before[figure] <= 0
		       ? xstrdup("")
		       : xasprintf("%+.0f %%", 100 * by / c->before[figure]);
}

static void add_row(struct grid *g, const struct change *c, size_t root)
{
	grid__add(g, calls_text(c->after[FIGURE_CALLS]));
	grid__add(g, signed_text(change__of(c, FIGURE_CALLS), calls_text));
	grid__add(g, time_text(c->after[FIGURE_OWN]));
	grid__add(g, signed_text(change__of(c, FIGURE_OWN), time_text));
	grid__add(g, percent_text(c, FIGURE_OWN));
	grid__add(g, time_text(c->after[FIGURE_CUM]));
	grid__add(g, signed_text(change__of(c, FIGURE_CUM), time_text));
	grid__add(g, xstrdup(prof_func__full_name(c->func)));
	grid__add(g, xasprintf("%s:%u", origin__short(c->func->file, root), c->func->line));
}

/* The line of all functions together. */
static void print_total(const struct changes *c, FILE *out)
{
	double by = change__of(&c->total, FIGURE_OWN);
	char *before = time_text(c->total.before[FIGURE_OWN]);
	char *after = time_text(c->total.after[FIGURE_OWN]);
	char *change = percent_text(&c->total, FIGURE_OWN);
	char *noise = time_text(c->total.noise[FIGURE_OWN]);

	fprintf(out, "%s in all, before %s: %s\n", after, before,
		by != 0	   ? *change ? change : "changed"
		: c->blind ? "no change"
			   : "no change beyond what measuring may add");
	if (c->blind)
		fputs("one run a side and no errors stated: what is noise cannot be told; compare "
		      "several runs\n",
		      out);
	else if (c->single)
		fprintf(out,
			"one run a side: what measuring may be wrong by is left out, of the total "
			"%s;\nhow much runs differ by themselves is not known: give several a "
			"side\n",
			noise);
	else
		fprintf(out,
			"figures are means a run; differences up to their noise are left out; that "
			"of the total is %s\n",
			noise);
	free(before);
	free(after);
	free(change);
	free(noise);
}

static void print_moves(const struct changes *c, FILE *out)
{
	for (size_t i = 0; i < c->moves.n; i++) {
		char *from = escaped(c->moves.v[i].from, ESCAPE_TERMINAL);
		char *to = escaped(c->moves.v[i].to, ESCAPE_TERMINAL);

		fprintf(out, "what %s%s is looked for %s%s\n",
			*from ? "was below " : "has a relative path", from,
			*to ? "below " : "by a relative path", to);
		free(from);
		free(to);
	}
}

enum { SHOWN, SMALL, SAME, FATES };

static const char *const ends[FATES] = {
	[SMALL] = "changed by less than a thousandth of all time",
	[SAME] = "did not change beyond noise",
};

static int fate_of(const struct change *row, double small)
{
	return !change__is_real(row) ? SAME : change__is_small(row, small) ? SMALL : SHOWN;
}

static char **labels_of(const struct changes *c)
{
	char **labels = xcalloc(c->n + 1, sizeof(*labels));

	for (size_t k = 0; k < c->n; k++) {
		const struct prof_func *f = c->v[k].func;

		labels[k] = xasprintf("%s:%u(%s)", f->file, f->line, prof_func__full_name(f));
	}
	return labels;
}

/* Adds the rows that are shown, and counts the others. How many of those that should be -n or the
 * screen left out. */
static size_t add_rows(struct grid *g, const struct changes *c, const struct report_opts *opts,
		       size_t n[FATES])
{
	const size_t root = origin__root(c->all);
	const double small = changes__small(c);
	uint32_t *rows = xcalloc(c->n + 1, sizeof(*rows));
	char **labels = labels_of(c);
	size_t cut;

	for (size_t k = 0; k < c->n; k++) {
		size_t at = opts->reverse ? c->n - 1 - k : k;
		int fate = fate_of(&c->v[at], small);

		if (fate == SHOWN)
			rows[n[SHOWN]] = (uint32_t)at;
		n[fate]++;
	}
	n[SHOWN] = limit__rows(opts, rows, n[SHOWN], labels, &cut);
	for (size_t i = 0; i < n[SHOWN]; i++)
		add_row(g, &c->v[rows[i]], root);
	for (size_t k = 0; k < c->n; k++)
		free(labels[k]);
	free(labels);
	free(rows);
	return cut;
}

int report_changes(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	static const struct grid_column columns[] = {
		{"calls", false, NULL, 0},   {"+/-", false, NULL, 0},
		{"own", false, NULL, 0},     {"+/-", false, GRID_BAR, 0},
		{"", false, GRID_BAR, 0},    {"total", false, NULL, 0},
		{"+/-", false, NULL, 0},     {"function", true, NULL, 0},
		{"where", true, GRID_DIM, 0}};
	struct grid g = {.columns = columns, .ncolumns = sizeof(columns) / sizeof(*columns)};
	const struct changes *c = opts->changes;
	size_t n[FATES] = {0}, cut;

	(void)p;
	if (!c) {
		errno = ENODATA;
		return -1;
	}
	cut = add_rows(&g, c, opts, n);
	print_total(c, out);
	print_moves(c, out);
	putc('\n', out);
	if (n[SHOWN])
		grid__print(&g, people__width(opts), opts->colours, out);
	people__more(cut, out);
	for (int fate = SMALL; fate < FATES; fate++) {
		if (n[fate])
			fprintf(out, "%zu function%s %s\n", n[fate], n[fate] == 1 ? "" : "s",
				ends[fate]);
	}
	grid__free(&g);
	return ferror(out) ? -1 : 0;
}
