/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of what changed, for people: what got worse first; what may be noise is only counted.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/compare.h"
#include "report/grid.h"
#include "report/people.h"
#include "report/place.h"
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
	grid__add(g, xstrdup(c->func->qualname ? c->func->qualname : c->func->name));
	grid__add(g, xasprintf("%s:%u", place__short(c->func->file, root), c->func->line));
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
		by != 0 ? *change ? change : "changed" : "no change beyond noise");
	if (c->blind)
		fputs("one run a side and no errors stated: what is noise cannot be told; compare "
		      "several runs\n",
		      out);
	else
		fprintf(out,
			"differences up to their noise are left out; that of the total is %s\n",
			noise);
	free(before);
	free(after);
	free(change);
	free(noise);
}

static size_t most_rows(const struct report_opts *opts)
{
	for (size_t i = 0; i < opts->nrestrictions; i++) {
		if (opts->restrictions[i].kind == RESTRICT_COUNT)
			return opts->restrictions[i].count;
	}
	return opts->screen.lines > 8 ? opts->screen.lines - 8 : SIZE_MAX;
}

int report_changes(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	static const struct grid_column columns[] = {
		{"calls", false, NULL},	  {"+/-", false, NULL},	    {"own", false, NULL},
		{"+/-", false, GRID_BAR}, {"", false, GRID_BAR},    {"total", false, NULL},
		{"+/-", false, NULL},	  {"function", true, NULL}, {"where", true, GRID_DIM}};
	struct grid g = {.columns = columns, .ncolumns = sizeof(columns) / sizeof(*columns)};
	const struct changes *c = opts->changes;
	size_t root = place__root(p), most = most_rows(opts), shown = 0, more = 0, same = 0;

	if (!c) {
		errno = ENODATA;
		return -1;
	}
	for (size_t k = 0; k < c->n; k++) {
		const struct change *row = &c->v[opts->reverse ? c->n - 1 - k : k];

		same += !change__is_real(row);
		more += change__is_real(row) && shown >= most;
		if (change__is_real(row) && shown < most) {
			add_row(&g, row, root);
			shown++;
		}
	}
	print_total(c, out);
	putc('\n', out);
	if (shown)
		grid__print(&g, people__width(opts), opts->colours, out);
	people__more(more, out);
	fprintf(out, "%zu function%s changed nothing beyond noise\n", same, same == 1 ? "" : "s");
	grid__free(&g);
	return ferror(out) ? -1 : 0;
}
