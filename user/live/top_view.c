/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the head of the screen to its foot. */
#include "live/top_view.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/top_keys.h"
#include "live/top_lists.h"
#include "live/top_tree.h"

/* Rows of the screen. */
enum { ROW_TITLE, ROW_TOTALS, ROW_PLOT, ROW_STATE, ROW_HEAD, ROW_FIRST };

int top_view__page(const struct top_state *s)
{
	return s->rows > ROW_FIRST + 1 ? s->rows - ROW_FIRST - 1 : 1;
}

/* --- head --------------------------------------------------------------------------------------
 */

static void put_right(struct top_grid *g, int row, enum top_style style, const char *text)
{
	top_grid__put(g, row, g->columns - top_grid__width(g, text), style, text);
}

static void draw_title(const struct top_model *m, struct top_grid *g)
{
	unsigned int s = (unsigned int)(m->now_ns / 1000000000);
	char *left = xasprintf("bpfprof top  %" PRIu32 "  %s", m->pid, m->command), right[128];

	snprintf(right, sizeof(right), " %s  %u:%02u:%02u", m->how, s / 3600, s / 60 % 60, s % 60);
	top_grid__put(g, ROW_TITLE, 0, TOP_BOLD, left);
	put_right(g, ROW_TITLE, TOP_BOLD, right);
	free(left);
}

/* What was counted, what of the time was the profiler's, and what is missing. */
static void draw_totals(const struct top_model *m, struct top_grid *g)
{
	char text[160];
	int at;

	snprintf(text, sizeof(text),
		 "%" PRIu64 " calls of %zu functions, %zu thread%s; profiling took %.1f %%, ",
		 m->all.at[TOP_NOW]->ncalls, m->nfuncs, m->nthreads, m->nthreads == 1 ? "" : "s",
		 100 * m->profiling);
	at = top_grid__put(g, ROW_TOTALS, 0, TOP_PLAIN, text);
	if (m->lost)
		at = top_grid__put(g, ROW_TOTALS,
				   top_grid__put(g, ROW_TOTALS, at, TOP_ALARM, "lost "), TOP_ALARM,
				   m->lost);
	else
		at = top_grid__put(g, ROW_TOTALS, at, TOP_PLAIN, "nothing lost");
}

/* One character for a value from 0 to most. */
static const char *bar(double v, double most, bool ascii)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const signs[] = {" ", ".", ".", ":", ":", "+", "+", "#", "#"};
	int i = most > 0 ? (int)ceil(v / most * 8) : 0;

	i = i < 0 ? 0 : i > 8 ? 8 : i;
	return ascii ? signs[i] : blocks[i];
}

/* The last readings, the newest at the right. which: offset in struct top_point. */
static int draw_plot(const struct top_trail *t, size_t which, struct top_grid *g, int row, int at,
		     int width)
{
	unsigned int n = t->n < TOP_TRAIL ? t->n : TOP_TRAIL;
	double most = 0;

	n = n < (unsigned int)width ? n : (unsigned int)width;
#define VALUE(i) (*(const float *)((const char *)&t->points[(i) % TOP_TRAIL] + which))
	for (unsigned int i = t->n - n; i != t->n; i++)
		most = fmax(most, VALUE(i));
	for (unsigned int i = t->n - n; i != t->n; i++)
		top_grid__put(g, row, at + width - (int)(t->n - i), TOP_DIM,
			      bar(VALUE(i), most, g->ascii));
#undef VALUE
	return at + width;
}

/* Rate and time of the last readings, and as numbers of the last one. */
static void draw_trail(const struct top_trail *t, const char *busy, const char *unit, double by,
		       struct top_grid *g, int row)
{
	const struct top_point last =
		t->n ? t->points[(t->n - 1) % TOP_TRAIL] : (struct top_point){};
	int width = g->columns / 2 - 18, at;
	char text[48];

	width = width < 4 ? 4 : width > TOP_TRAIL ? TOP_TRAIL : width;
	at = top_grid__put(g, row, 0, TOP_PLAIN, "calls/s ");
	at = draw_plot(t, offsetof(struct top_point, calls), g, row, at, width);
	snprintf(text, sizeof(text), " %-8.0f ", last.calls);
	at = top_grid__put(g, row, at, TOP_BOLD, text);
	at = top_grid__put(g, row, at, TOP_PLAIN, busy);
	at = draw_plot(t, offsetof(struct top_point, busy), g, row, at + 1, width);
	snprintf(text, sizeof(text), " %.*f%s", by > 1 ? 1 : 2, by * last.busy, unit);
	top_grid__put(g, row, at, TOP_BOLD, text);
}

/* Of the function that is looked at, or of all. */
static void draw_plots(const struct top_model *m, const struct top_state *s, struct top_grid *g)
{
	struct top_trail of;

	if (!s->npath) {
		draw_trail(&m->trail, "CPUs", "", 1, g, ROW_PLOT);
		return;
	}
	of = top_model__trail(m, s->path[s->npath - 1]);
	draw_trail(&of, "own", "%", 100, g, ROW_PLOT);
}

/* --- how it is looked at -----------------------------------------------------------------------
 */

/* What the rows of the list are. */
static const char *title_of(const struct top_state *s)
{
	static const char *const titles[TOP_LISTS][TOP_BYS] = {
		[TOP_FUNCTIONS] = {"functions"},
		[TOP_THREADS] = {"threads", "names", "processes"},
		[TOP_BLOCKS] = {"blocks", [TOP_BY_TRACK] = "tracks"},
	};

	if (s->inside)
		return s->list == TOP_THREADS ? "functions" : "blocks";
	return titles[s->list][s->by];
}

/* Of what is looked at, to be freed. */
static char *inside_text(const struct top_model *m, const struct top_state *s)
{
	const bool one = s->by == TOP_EACH && s->list == TOP_THREADS;
	const char *name = one ? m->threads[s->whose].name : m->groups[s->by].v[s->whose].name;
	bool with_ended = false;

	for (uint32_t i = 0; s->list == TOP_THREADS && i < m->nthreads; i++)
		with_ended |=
			m->threads[i].key.with_ended && top_lists__is_in(m, i, s->by, s->whose);
	return xasprintf("%s of %s%s", title_of(s), name,
			 with_ended ? " and of ended threads" : "");
}

/* To be freed. */
static char *what_of(const struct top_model *m, const struct top_state *s)
{
	if (!s->npath && s->inside)
		return inside_text(m, s);
	if (!s->npath)
		return xstrdup(title_of(s));
	return xasprintf("callers and %s%s",
			 !s->tree	   ? "callees"
			 : m->keys->npaths ? "paths below"
					   : "pairs below",
			 s->inside ? " in all threads" : "");
}

static char *add_named(char *all, const char *what, const char *text)
{
	char *more = xasprintf("%s \"%s\"", what, text);

	if (*text)
		all = xlist(all, more);
	free(more);
	return all;
}

static char *state_text(const struct top_model *m, const struct top_state *s, size_t n)
{
	const char *of = top_columns__of(s);
	char *what = what_of(m, s);
	char *all = xasprintf("%zu %s by %s%s, last %.1f s and since %s", n, what,
			      of ? of : s->clock->name, of ? "" : " time",
			      (double)(m->now_ns - m->before_ns) / 1e9,
			      m->base_ns ? "the reset" : "the start");

	free(what);
	if (!s->npath) {
		all = s->mine ? xlist(all, "only mine") : all;
		all = add_named(all, "filter", s->filter);
		all = top_lists__add_left_out(m, s, all);
	}
	if (s->npath && s->tree && n > TOP_TREE_NODES)
		all = xlist(all, "no room for more below");
	all = add_named(all, "search", s->search);
	all = s->held ? xlist(all, "order held") : all;
	all = s->paused ? xlist(all, "PAUSED (counting goes on)") : all;
	if (s->set == TOP_COMPARED && !m->marked)
		all = xlist(all, "no mark: press m");
	return s->ended ? xlist(all, s->ended) : all;
}

static void draw_state(const struct top_model *m, const struct top_state *s, size_t n,
		       struct top_grid *g)
{
	char *text = state_text(m, s, n), span[48] = "";

	top_grid__put(g, ROW_STATE, 0, s->paused || s->ended ? TOP_BOLD : TOP_PLAIN, text);
	if (m->marked)
		snprintf(span, sizeof(span), " mark %.0f s ago",
			 (double)(m->now_ns - m->mark_ns) / 1e9);
	put_right(g, ROW_STATE, TOP_PLAIN, span);
	free(text);
}

/* --- the list ----------------------------------------------------------------------------------
 */

static void draw_head(const struct top_state *s, struct top_grid *g)
{
	unsigned int n;
	const struct top_column *columns = top_columns(s, &n);
	int at = 0;

	top_grid__style(g, ROW_HEAD, TOP_HEAD);
	for (unsigned int i = 0; i < n; i++) {
		const struct top_column *c = &columns[i];
		const char *title = c->value		   ? c->title
				    : s->list && !s->npath ? title_of(s)
							   : c->title;
		enum top_style style = i == s->sort ? TOP_SELECTED : TOP_HEAD;
		char text[32];

		if (s->columns < c->screen)
			continue;
		snprintf(text, sizeof(text), "%*s%s", c->width - (int)(i == s->sort), title,
			 i != s->sort ? ""
			 : s->reverse ? "^"
				      : "v");
		at = top_grid__put(g, ROW_HEAD, at, style, text) + 1;
	}
}

/* The end of a path that fits, from a slash on, but at least the file's name. */
static const char *shortened(const struct top_grid *g, const char *path, int room)
{
	const char *slash;

	while (top_grid__width(g, path) > room && (slash = strchr(path + 1, '/')))
		path = slash + 1;
	return path;
}

/* Name and place: the place as short as it has to be, and none rather than a part of one. */
static void draw_name(const struct top_row *r, struct top_grid *g, int row, int at,
		      enum top_style style)
{
	enum top_style dim = style == TOP_PLAIN ? TOP_DIM : style;
	const char *where = "";
	char line[32] = "";
	int room;

	at = top_grid__put(g, row, at, style, r->name) + 1;
	if (r->line)
		snprintf(line, sizeof(line), r->where ? ":%" PRIu32 : "thread %" PRIu32, r->line);
	room = g->columns - at - (int)strlen(line);
	if (r->where)
		where = shortened(g, r->where, room);
	if (top_grid__width(g, where) <= room)
		top_grid__put(g, row, top_grid__put(g, row, at, dim, where), dim, line);
}

static const char *const arrows[] = {[TOP_CALLER] = "< ", [TOP_CALLEE] = "> ", [TOP_BELOW] = "> "};

#define INDENT_MOST 20 /* levels */

static int indent_of(const struct top_row *r)
{
	const uint32_t levels = r->depth < INDENT_MOST ? r->depth : INDENT_MOST;

	return levels ? 2 * ((int)levels - 1) : 0;
}

static void print_value(const struct top_column *c, double value, char text[16])
{
	if (isnan(value))
		snprintf(text, 16, "-");
	else
		c->print(value, text);
}

static void draw_row(const struct top_row *r, const struct top_state *s, struct top_grid *g,
		     int row, bool selected)
{
	enum top_style style = selected				 ? TOP_SELECTED
			       : s->npath && r->kind == TOP_FUNC ? TOP_BOLD
								 : TOP_PLAIN;
	unsigned int n;
	const struct top_column *columns = top_columns(s, &n);
	int at = 0;

	if (selected)
		top_grid__style(g, row, style);
	for (unsigned int i = 0; i < n && columns[i].value; i++) {
		char text[16], padded[32];

		if (s->columns < columns[i].screen)
			continue;
		print_value(&columns[i], r->values[i], text);
		snprintf(padded, sizeof(padded), "%*s", columns[i].width, text);
		at = top_grid__put(g, row, at, style, padded) + 1;
	}
	if (r->kind < sizeof(arrows) / sizeof(*arrows) && arrows[r->kind])
		at = top_grid__put(g, row, at + indent_of(r), style, arrows[r->kind]);
	draw_name(r, g, row, at, style);
}

static void draw_list(const struct top_row *rows, size_t n, struct top_state *s, struct top_grid *g)
{
	size_t page = top_view__page(s), at = top_rows__selected(rows, n, s);

	if (s->scroll > at)
		s->scroll = at;
	if (at >= s->scroll + page)
		s->scroll = at - page + 1;
	if (s->scroll + page > n)
		s->scroll = n > page ? n - page : 0;
	for (size_t i = 0; i < page && s->scroll + i < n; i++)
		draw_row(&rows[s->scroll + i], s, g, ROW_FIRST + (int)i, s->scroll + i == at);
}

/* --- foot and the rest -------------------------------------------------------------------------
 */

static const char *const prompts[] = {
	[TOP_SEARCH] = "Search: ",
	[TOP_FILTER] = "Show only what has: ",
	[TOP_SAVE] = "Write a report to (.txt .json .html .prof): ",
};

static void draw_foot(const struct top_state *s, struct top_grid *g)
{
	int row = s->rows - 1, at;

	top_grid__style(g, row, s->prompt ? TOP_PLAIN : TOP_HEAD);
	if (s->help) {
		top_grid__put(g, row, 0, TOP_HEAD,
			      s->help_scrolls ? "up and down: the rest; any other key leaves this"
					      : "q leaves this");
	} else if (s->prompt) {
		at = top_grid__put(g, row, 0, TOP_BOLD, prompts[s->prompt]);
		at = top_grid__put(g, row, at, TOP_PLAIN,
				   top_grid__tail(g, s->typed, g->columns - at - 1));
		top_grid__put(g, row, at, TOP_SELECTED, " ");
	} else if (*s->message) {
		top_grid__put(g, row, 0, TOP_HEAD, s->message);
	} else {
		char *hints = top_keys__hints();

		top_grid__put(g, row, 0, TOP_HEAD, hints);
		free(hints);
	}
}

static void draw_run(const struct top_model *m, struct top_state *s, struct top_grid *g)
{
	size_t n;
	struct top_row *rows = top_rows__make(m, s, &n);

	draw_title(m, g);
	draw_totals(m, g);
	draw_plots(m, s, g);
	draw_state(m, s, n, g);
	draw_head(s, g);
	draw_list(rows, n, s, g);
	free(rows);
}

struct top_grid top_view__draw(const struct top_model *m, struct top_state *s, const char *doing)
{
	struct top_grid g = top_grid__new(s->rows, s->columns, s->ascii);

	if (s->rows < TOP_LEAST_ROWS || s->columns < TOP_LEAST_COLUMNS) {
		top_grid__put(&g, 0, 0, TOP_BOLD, "a larger terminal is needed");
		return g;
	}
	if (s->help)
		top_help__draw(m, s, &g);
	else if (m->readings)
		draw_run(m, s, &g);
	else
		top_grid__put(&g, s->rows / 2, 2, TOP_BOLD, doing);
	draw_foot(s, &g);
	return g;
}
