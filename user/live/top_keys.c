/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of keys, and what they change. */
#include "live/top_keys.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/top_prompt.h"
#include "live/top_view.h"

#define ARGS	 struct top_model *m, struct top_state *s, uint32_t key
#define UNUSED() ((void)m, (void)s, (void)key)

/* --- moving ------------------------------------------------------------------------------------
 */

/* Selects the row that lies so many further. */
static void move(const struct top_model *m, struct top_state *s, long by)
{
	size_t n;
	struct top_row *rows = top_rows__make(m, s, &n);
	long to = (long)top_rows__selected(rows, n, s) + by;

	if (n)
		top_state__select(s, &rows[to < 0 ? 0 : to >= (long)n ? (long)n - 1 : to]);
	free(rows);
}

static enum top_effect press_move(ARGS)
{
	const int page = top_view__page(s);
	const struct {
		uint32_t key;
		long by;
	} moves[] = {
		{TOP_KEY_UP, -1},
		{'k', -1},
		{TOP_KEY_DOWN, 1},
		{'j', 1},
		{TOP_KEY_PAGE_UP, -page},
		{TOP_KEY_PAGE_DOWN, page},
		{TOP_KEY_HOME, -LONG_MAX / 2},
		{'g', -LONG_MAX / 2},
		{TOP_KEY_END, LONG_MAX / 2},
		{'G', LONG_MAX / 2},
	};

	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
		if (moves[i].key == key)
			move(m, s, moves[i].by);
	}
	return TOP_NOTHING;
}

/* --- order -------------------------------------------------------------------------------------
 */

static void let_go(struct top_state *s)
{
	free(s->held);
	s->held = NULL;
	s->nheld = 0;
}

static void sort_by(struct top_state *s, unsigned int column)
{
	s->sort = column;
	s->reverse = false;
	let_go(s);
}

/* The next column in that direction that this screen shows. */
static enum top_effect press_column(ARGS)
{
	unsigned int n, i = s->sort;
	const struct top_column *columns = top_columns(s, &n);

	UNUSED();
	do
		i = (i + (key == TOP_KEY_LEFT || key == '<' ? n - 1 : 1)) % n;
	while (s->columns < columns[i].screen);
	sort_by(s, i);
	return TOP_NOTHING;
}

static enum top_effect press_reverse(ARGS)
{
	UNUSED();
	s->reverse = !s->reverse;
	let_go(s);
	return TOP_NOTHING;
}

static enum top_effect press_hold(ARGS)
{
	UNUSED();
	if (s->held)
		let_go(s);
	else
		s->held = top_rows__make(m, s, &s->nheld);
	return TOP_NOTHING;
}

/* --- what is looked at -------------------------------------------------------------------------
 */

static void look_at(struct top_state *s)
{
	let_go(s);
	s->selected = false;
	s->scroll = 0;
}

static enum top_effect press_list(ARGS)
{
	UNUSED();
	do
		s->list = (s->list + 1) % TOP_LISTS;
	while (s->list == TOP_BLOCKS && !m->nblocks);
	s->npath = 0;
	look_at(s);
	return TOP_NOTHING;
}

static enum top_effect press_mine(ARGS)
{
	UNUSED();
	s->mine = !s->mine;
	s->scroll = 0;
	return TOP_NOTHING;
}

static enum top_effect press_clock(ARGS)
{
	UNUSED();
	s->clock++;
	if (!s->clock->name)
		s->clock = prof_clocks;
	return TOP_NOTHING;
}

/* The selected row; false: there is none. */
static bool selected_row(const struct top_model *m, const struct top_state *s, struct top_row *row)
{
	size_t n;
	struct top_row *rows = top_rows__make(m, s, &n);

	if (n)
		*row = rows[top_rows__selected(rows, n, s)];
	free(rows);
	return n;
}

const struct top_func *top_keys__func(const struct top_model *m, const struct top_state *s)
{
	struct top_row row;

	return selected_row(m, s, &row) && row.func != PROF_NONE ? &m->funcs[row.func] : NULL;
}

static enum top_effect press_enter(ARGS)
{
	struct top_row row;

	UNUSED();
	if (!selected_row(m, s, &row) || row.func == PROF_NONE ||
	    (s->npath && s->path[s->npath - 1] == row.func))
		return TOP_NOTHING;
	*ARR_PUSH(s->path, s->npath) = row.func;
	look_at(s);
	return TOP_NOTHING;
}

static enum top_effect press_tree(ARGS)
{
	s->tree = !s->npath || !s->tree;
	if (!s->npath)
		return press_enter(m, s, key);
	look_at(s);
	return TOP_NOTHING;
}

/* Out of the function, and its row is the selected one. */
static enum top_effect press_back(ARGS)
{
	UNUSED();
	if (!s->npath) {
		*s->filter = *s->search = '\0';
		return TOP_NOTHING;
	}
	s->id = s->path[--s->npath];
	look_at(s);
	s->kind = TOP_FUNC;
	s->selected = !s->npath;
	return TOP_NOTHING;
}

static enum top_effect press_help(ARGS)
{
	UNUSED();
	s->help = true;
	return TOP_NOTHING;
}

/* --- time --------------------------------------------------------------------------------------
 */

static enum top_effect press_pause(ARGS)
{
	UNUSED();
	s->paused = !s->paused;
	return TOP_NOTHING;
}

/* Other columns; those again: times. */
static void show_set(struct top_state *s, enum top_set set)
{
	s->set = s->set == set ? TOP_TIMES : set;
	sort_by(s, top_columns__sort(s));
}

static enum top_effect press_reset(ARGS)
{
	UNUSED();
	top_model__reset(m);
	if (s->set == TOP_COMPARED)
		show_set(s, TOP_COMPARED);
	snprintf(s->message, sizeof(s->message), "Totals count from here on");
	return TOP_NOTHING;
}

static enum top_effect press_mark(ARGS)
{
	UNUSED();
	top_model__mark(m, true);
	snprintf(s->message, sizeof(s->message),
		 "Marked: = compares what was before with what comes");
	return TOP_NOTHING;
}

static enum top_effect press_set(ARGS)
{
	const enum top_set set = key == '=' ? TOP_COMPARED : key == 'i' ? TOP_IO : TOP_COROUTINES;
	const char *lack = s->set == set ? NULL : top_columns__lack(m, set);

	if (lack)
		snprintf(s->message, sizeof(s->message), "%s", lack);
	else
		show_set(s, set);
	return TOP_NOTHING;
}

/* --- asking ------------------------------------------------------------------------------------
 */

static enum top_effect press_prompt(ARGS)
{
	UNUSED();
	prompt__begin(s, key == '/' ? TOP_SEARCH : key == 'w' ? TOP_SAVE : TOP_FILTER);
	return TOP_NOTHING;
}

static enum top_effect press_next(ARGS)
{
	UNUSED();
	prompt__find(m, s, key == 'N');
	return TOP_NOTHING;
}

/* --- what needs more than the state ------------------------------------------------------------
 */

static enum top_effect press_open(ARGS)
{
	UNUSED();
	return TOP_EDIT;
}

static enum top_effect press_redraw(ARGS)
{
	UNUSED();
	return TOP_REDRAW;
}

static enum top_effect press_suspend(ARGS)
{
	UNUSED();
	return TOP_SUSPEND;
}

static enum top_effect press_quit(ARGS)
{
	UNUSED();
	return TOP_QUIT;
}

/* Hints are in this order too, and fit into 80 columns; so do two columns of help. */
static const struct top_key keys[] = {
	{"?, h", "help", "this; any key leaves it", {'?', 'h', TOP_KEY_HELP}, press_help},
	{"q, ctrl-C", "quit", "quit", {'q', TOP_CTRL('C')}, press_quit},
	{"up, k",
	 NULL,
	 "a row up; down, j: down",
	 {TOP_KEY_UP, TOP_KEY_DOWN, 'k', 'j'},
	 press_move},
	{"page up",
	 NULL,
	 "a screen up; page down",
	 {TOP_KEY_PAGE_UP, TOP_KEY_PAGE_DOWN},
	 press_move},
	{"home, g",
	 NULL,
	 "the first row; end, G: last",
	 {TOP_KEY_HOME, TOP_KEY_END, 'g', 'G'},
	 press_move},
	{"enter", "callers", "its callers and callees", {TOP_KEY_ENTER}, press_enter},
	{"t", NULL, "all below it, as a tree", {'t'}, press_tree},
	{"esc", NULL, "back; at the top: no filter", {TOP_KEY_ESCAPE, TOP_KEY_BACK}, press_back},
	{"left, <",
	 NULL,
	 "column before; right: next",
	 {TOP_KEY_LEFT, TOP_KEY_RIGHT, '<', '>'},
	 press_column},
	{"r", NULL, "sort the other way round", {'r'}, press_reverse},
	{"l", NULL, "rows stay in their places", {'l'}, press_hold},
	{"c", "clock", "wall, cpu, off-cpu, blocked..", {'c'}, press_clock},
	{"i", NULL, "reads and writes (--io)", {'i'}, press_set},
	{"a", NULL, "coroutines (--coroutines)", {'a'}, press_set},
	{"tab", "lists", "functions, threads, blocks", {'\t'}, press_list},
	{"u", NULL, "only the program's own", {'u'}, press_mine},
	{"f", "filter", "only rows that have a text", {'f'}, press_prompt},
	{"/", NULL, "the next row that has a text", {'/'}, press_prompt},
	{"n", NULL, "the next such row; N: before", {'n', 'N'}, press_next},
	{"space", "pause", "stand still; counting goes on", {' '}, press_pause},
	{"z", NULL, "totals begin at zero", {'z'}, press_reset},
	{"m", NULL, "mark this moment", {'m'}, press_mark},
	{"=", NULL, "compare before, since mark", {'='}, press_set},
	{"w", "save", "write a report to a file", {'w'}, press_prompt},
	{"o", NULL, "open the source in $EDITOR", {'o'}, press_open},
	{"ctrl-L", NULL, "draw the screen anew", {TOP_CTRL('L')}, press_redraw},
	{"ctrl-Z", NULL, "stop; fg goes on", {TOP_CTRL('Z')}, press_suspend},
};

size_t top_keys__count(void)
{
	return sizeof(keys) / sizeof(*keys);
}

const struct top_key *top_keys__at(size_t i)
{
	return &keys[i];
}

char *top_keys__hints(void)
{
	char *all = xstrdup("");

	for (size_t i = 0; i < top_keys__count(); i++) {
		const char *label = keys[i].label, *comma = strchr(label, ',');
		char *more;

		if (!keys[i].hint)
			continue;
		more = xasprintf("%s%s%.*s %s", all, *all ? "  " : "",
				 comma ? (int)(comma - label) : (int)strlen(label), label,
				 keys[i].hint);
		free(all);
		all = more;
	}
	return all;
}

static const struct top_key *find(uint32_t key)
{
	for (size_t i = 0; i < top_keys__count(); i++) {
		for (size_t k = 0; k < sizeof(keys->codes) / sizeof(*keys->codes); k++) {
			if (keys[i].codes[k] == key && key)
				return &keys[i];
		}
	}
	return NULL;
}

enum top_effect top_keys__press(struct top_model *m, struct top_state *s, uint32_t key)
{
	const struct top_key *k = find(key);
	bool was_help = s->help;

	*s->message = '\0';
	if (s->prompt && key != TOP_CTRL('C') && key != TOP_CTRL('Z'))
		return prompt__key(m, s, key);
	s->help = false;
	if (was_help && (!k || (k->press != press_quit && k->press != press_suspend)))
		return TOP_NOTHING;
	return k ? k->press(m, s, key) : TOP_NOTHING;
}
