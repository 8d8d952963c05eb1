/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of keys, and what they change. */
#include "live/top_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/top_lists.h"
#include "live/top_prompt.h"
#include "live/top_view.h"

#define ARGS	 struct top_model *m, struct top_state *s, uint32_t key
#define UNUSED() ((void)m, (void)s, (void)key)

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
	s->chosen = true;
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
	s->by = TOP_EACH;
	s->inside = false;
	look_at(s);
	return TOP_NOTHING;
}

/* What the list may be put together by, in turn. */
static enum top_effect press_by(ARGS)
{
	static const enum top_by next[TOP_LISTS][TOP_BYS] = {
		[TOP_THREADS] = {[TOP_EACH] = TOP_BY_NAME, [TOP_BY_NAME] = TOP_BY_PROCESS},
		[TOP_BLOCKS] = {[TOP_EACH] = TOP_BY_TRACK},
	};

	UNUSED();
	if (s->list == TOP_FUNCTIONS || s->inside || s->npath) {
		snprintf(s->message, sizeof(s->message),
			 "The lists of threads and of blocks can be put together: tab");
		return TOP_NOTHING;
	}
	s->by = next[s->list][s->by];
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

/* Into a thread, or a group. */
static void go_inside(const struct top_model *m, struct top_state *s, const struct top_row *row)
{
	const char *lack = NULL;

	if (row->kind == TOP_THREAD)
		lack = top_lists__lack(m, s->by, row->id);
	else if (s->by == TOP_EACH)
		return; /* a block: there is nothing in it */
	if (lack) {
		snprintf(s->message, sizeof(s->message), "%s", lack);
		return;
	}
	s->inside = true;
	s->whose = row->id;
	look_at(s);
}

static enum top_effect press_enter(ARGS)
{
	struct top_row row;

	UNUSED();
	if (!selected_row(m, s, &row) || (s->npath && s->path[s->npath - 1] == row.func))
		return TOP_NOTHING;
	if (row.func == PROF_NONE) {
		if (!s->inside)
			go_inside(m, s, &row);
		return TOP_NOTHING;
	}
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

/* Out of the function or row, which is the selected one then. */
static enum top_effect press_back(ARGS)
{
	UNUSED();
	if (!s->npath && s->inside) {
		s->inside = false;
		look_at(s);
		s->kind = s->list == TOP_THREADS ? TOP_THREAD : TOP_BLOCK;
		s->id = s->whose;
		s->selected = true;
		return TOP_NOTHING;
	}
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
	s->help_at = 0;
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
	s->chosen = false;
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

static enum top_effect press_outside(ARGS)
{
	static const struct {
		uint32_t key;
		enum top_effect effect;
	} effects[] = {{'o', TOP_EDIT},
		       {'q', TOP_QUIT},
		       {TOP_CTRL('C'), TOP_QUIT},
		       {TOP_CTRL('L'), TOP_REDRAW},
		       {TOP_CTRL('Z'), TOP_SUSPEND}};
	size_t i = 0;

	UNUSED();
	while (effects[i].key != key)
		i++;
	return effects[i].effect;
}

/* Hints are in this order too, and fit into 80 columns; so do two columns of help. */
static const struct top_key keys[] = {
	{"?, h", "help", "this; q or any key leaves it", {'?', 'h', TOP_KEY_HELP}, press_help},
	{"q, ctrl-C", "quit", "quit", {'q', TOP_CTRL('C')}, press_outside},
	{"up, k",
	 NULL,
	 "a row up; down, j: down",
	 {TOP_KEY_UP, TOP_KEY_DOWN, 'k', 'j'},
	 top_move__press},
	{"page up",
	 NULL,
	 "a screen up; page down",
	 {TOP_KEY_PAGE_UP, TOP_KEY_PAGE_DOWN},
	 top_move__press},
	{"home, g",
	 NULL,
	 "the first row; end, G: last",
	 {TOP_KEY_HOME, TOP_KEY_END, 'g', 'G'},
	 top_move__press},
	{"enter", "callers", "into it: callers and callees", {TOP_KEY_ENTER}, press_enter},
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
	{"b", NULL, "by names, process or track", {'b'}, press_by},
	{"u", NULL, "only the program's own", {'u'}, press_mine},
	{"f", "filter", "only rows that have a text", {'f'}, press_prompt},
	{"/", NULL, "the next row that has a text", {'/'}, press_prompt},
	{"n", NULL, "the next such row; N: before", {'n', 'N'}, press_next},
	{"space", "pause", "stand still; counting goes on", {' '}, press_pause},
	{"z", NULL, "totals begin at zero", {'z'}, press_reset},
	{"m", NULL, "mark this moment", {'m'}, press_mark},
	{"=", NULL, "compare before, since mark", {'='}, press_set},
	{"w", "save", "write a report to a file", {'w'}, press_prompt},
	{"o", NULL, "open the source in $EDITOR", {'o'}, press_outside},
	{"ctrl-L", NULL, "draw the screen anew", {TOP_CTRL('L')}, press_outside},
	{"ctrl-Z", NULL, "stop; fg goes on", {TOP_CTRL('Z')}, press_outside},
};

size_t top_keys__count(void)
{
	return sizeof(keys) / sizeof(*keys);
}

const struct top_key *top_keys__at(size_t i)
{
	return &keys[i];
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

/* What the help makes of a key: it moves, or is left. */
static enum top_effect press_in_help(struct top_state *s, const struct top_key *k, uint32_t key)
{
	s->help = k && k->press == top_move__press;
	if (s->help)
		top_move__help(s, key);
	return TOP_NOTHING;
}

enum top_effect top_keys__press(struct top_model *m, struct top_state *s, uint32_t key)
{
	const bool always = key == TOP_CTRL('C') || key == TOP_CTRL('Z');
	const struct top_key *k = find(key);
	enum top_effect effect;

	*s->message = '\0';
	if (s->prompt && !always)
		return prompt__key(m, s, key);
	if (s->help && !always)
		return press_in_help(s, k, key);
	s->help = false;
	effect = k ? k->press(m, s, key) : TOP_NOTHING;
	s->sort = s->chosen ? s->sort : top_columns__sort(s);
	return effect;
}
