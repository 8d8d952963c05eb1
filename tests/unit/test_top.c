/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The live screen without a terminal: readings of a made-up run, keys, and what is then on the
 * screen, held against tests/unit/top.screens. TOP_SCREENS=FILE writes the screens there instead.
 */
#include "unit/test.h"

#include <locale.h>
#include <wchar.h>

#include "base/mem.h"
#include "live/top_keys.h"
#include "live/top_view.h"
#include "unit/top_run.h"

static void feed_with(struct top_model *m, uint64_t seconds,
		      void (*more)(struct profile *p, uint64_t seconds))
{
	struct profile *p = reading(seconds);

	if (more)
		more(p, seconds);
	top_model__feed(m, p);
	profile__free(p);
}

static void feed(struct top_model *m, uint64_t seconds)
{
	feed_with(m, seconds, NULL);
}

/* Two readings, one of whose threads had ended long before. */
static void feed_ended(struct top_model *m, uint64_t seconds)
{
	feed_with(m, seconds - 1, add_ended);
	feed_with(m, seconds, add_ended);
}

static const struct {
	const char *name;
	uint32_t code;
} named[] = {
	{"<up>", TOP_KEY_UP},	    {"<down>", TOP_KEY_DOWN}, {"<left>", TOP_KEY_LEFT},
	{"<right>", TOP_KEY_RIGHT}, {"<end>", TOP_KEY_END},   {"<enter>", TOP_KEY_ENTER},
	{"<esc>", TOP_KEY_ESCAPE},  {"<back>", TOP_KEY_BACK}, {"<tab>", '\t'},
};

/* Types them; "#3" is a reading three seconds later, "@" one second later, with call paths, "%" one
 * with what threads call, and blocks; "&" two after one of these had ended. */
static void type(struct top_model *m, struct top_state *s, const char *keys)
{
	uint64_t seconds = m->now_ns / 1000000000;

	while (*keys) {
		uint32_t code = (unsigned char)*keys;
		size_t length = 1;

		for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
			if (!strncmp(keys, named[i].name, strlen(named[i].name))) {
				code = named[i].code;
				length = strlen(named[i].name);
			}
		}
		if (*keys == '#')
			feed(m, seconds += keys[length++] - '0');
		else if (*keys == '@')
			feed_with(m, ++seconds, add_paths);
		else if (*keys == '%')
			feed_with(m, ++seconds, add_threads);
		else if (*keys == '&')
			feed_ended(m, seconds += 2);
		else
			top_keys__press(m, s, code);
		keys += length;
	}
}

/* As lines of text, without blanks at their ends; the selected row has a "]" behind it. */
static void print_grid(const struct top_grid *g, FILE *out)
{
	for (int r = 0; r < g->rows; r++) {
		const struct top_cell *row = &g->cells[r * g->columns];
		int n = g->columns;

		while (n && row[n - 1].c == ' ')
			n--;
		for (int i = 0; i < n; i++) {
			if (row[i].c)
				fprintf(out, "%lc", (wint_t)row[i].c);
		}
		fprintf(out, "%s\n", row[g->columns - 1].style == TOP_SELECTED ? "]" : "");
	}
}

static char *screen(int rows, int columns, const char *keys)
{
	struct top_model *m = top_model__new();
	struct top_state s = top_state__new();
	struct top_grid g;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	CHECK(setlocale(LC_CTYPE, "C.UTF-8"));
	s.rows = rows;
	s.columns = columns;
	feed(m, 1);
	g = top_view__draw(m, &s, "");
	top_grid__free(&g);
	type(m, &s, keys);
	g = top_view__draw(m, &s, "");
	print_grid(&g, out);
	top_grid__free(&g);
	fclose(out);
	top_state__free(&s);
	top_model__free(m);
	return text;
}

static const struct {
	const char *name;
	int rows, columns;
	const char *keys;
} cases[] = {
	{"the start", 24, 80, ""},
	{"a wide one", 12, 160, "#1"},
	{"a small one", 10, 44, "#1"},
	{"too small", 3, 30, ""},
	{"sorted by calls, the other way", 14, 80, "#1<right><right>r"},
	{"sorted by name", 14, 80, "<left><left>"},
	{"on a cpu", 14, 80, "c"},
	{"blocked", 14, 80, "ccc"},
	{"only mine", 14, 80, "u"},
	{"filtered", 14, 80, "fshop<enter>"},
	{"a filter while it is typed", 14, 80, "fsho"},
	{"given up", 14, 80, "fsho<esc>"},
	{"a report's name while it is typed", 14, 80, "wreport-of-the-shop.html"},
	{"a long name's end while it is typed", 14, 60, "w/srv/reports/of-the-shop.html"},
	{"compared on a narrow one", 14, 60, "#1m#1#3=u"},
	{"found", 14, 80, "/SLEEP<enter>"},
	{"found no more", 14, 80, "/nowhere<enter>"},
	{"callers and callees", 14, 80, "/total<enter><enter>"},
	{"into a callee", 14, 80, "/total<enter><enter><end><enter>"},
	{"and back", 14, 80, "/total<enter><enter><end><enter><esc><esc>"},
	{"a tree of pairs", 14, 80, "/total<enter>t"},
	{"and its callees again", 14, 80, "/total<enter>t<down>t"},
	{"into a pair of it", 14, 80, "/total<enter>t<end><enter>"},
	{"a tree of paths", 14, 80, "@/total<enter>t"},
	{"by calls, the other way", 14, 80, "@/main<enter>t<right>r@"},
	{"all of it", 24, 80, "@/main<enter>t<end>"},
	{"threads", 14, 80, "<tab>"},
	{"no blocks", 14, 80, "<tab><tab>"},
	{"what threads call is not known", 14, 80, "<tab><enter>"},
	{"functions of a thread", 14, 80, "%%<tab><enter>"},
	{"callers of one of them", 14, 80, "%%<tab><enter><down><enter>"},
	{"and back to the thread", 14, 80, "%%<tab><down><enter><esc>"},
	{"functions of a thread that had others before", 14, 80, "%%<tab><down><enter>"},
	{"of them, only mine, since a reset", 14, 80, "%z%%u<tab><down><enter>"},
	{"threads by their names", 14, 80, "%%<tab>b"},
	{"functions of those of a name", 14, 100, "%%<tab>b/Worker<enter><enter>"},
	{"threads by process", 14, 80, "%%<tab>bb"},
	{"each thread again", 14, 80, "%%<tab>bbb"},
	{"blocks", 14, 80, "%%<tab><tab>"},
	{"blocks by track", 14, 80, "%%<tab><tab>b"},
	{"blocks of a track", 14, 80, "%%<tab><tab>b<enter>"},
	{"functions are put together by nothing", 14, 80, "b"},
	{"after a reset", 14, 80, "#1z#2"},
	{"paused", 14, 80, " "},
	{"no mark", 14, 80, "="},
	{"compared", 14, 80, "#1m#1#3="},
	{"rows are held", 14, 80, "l<down>"},
	{"reads and writes", 14, 80, "#1i"},
	{"reads and writes, a wide one", 14, 160, "#1i"},
	{"reads and writes of callees", 14, 80, "#1/main<enter><enter>i"},
	{"reads and writes of threads", 14, 80, "#1i<tab>"},
	{"coroutines", 14, 80, "#1a"},
	{"coroutines, a wide one", 14, 160, "#1#2a"},
	{"and times again", 14, 80, "#1aii"},
	{"help", 24, 80, "?"},
	{"help on a large one", 60, 200, "?"},
	{"help is left by any key", 14, 80, "?x"},
	{"and by q", 14, 80, "?q"},
	{"help that needs to scroll", 14, 80, "?"},
	{"its next rows", 14, 80, "?jj<down>"},
	{"its end", 14, 80, "?G"},
	{"its end, all columns", 24, 120, "?<end>j"},
	{"and its start", 14, 80, "?Gg"},
	{"help on a narrow one", 14, 44, "?G"},
	{"threads that ended are not in the way", 14, 80, "%%&<tab>"},
	{"but by their names", 14, 80, "%%&<tab>b"},
};

static FILE *expected;

/* Up to the next heading. */
static char *expected_screen(const char *name)
{
	char *line = NULL, *text = xstrdup("");
	size_t size = 0;
	bool mine = false;

	rewind(expected);
	while (getline(&line, &size, expected) > 0) {
		if (!strncmp(line, "=== ", 4)) {
			mine = !strncmp(line + 4, name, strlen(name)) &&
			       line[4 + strlen(name)] == '\n';
		} else if (mine) {
			char *more = xasprintf("%s%s", text, line);

			free(text);
			text = more;
		}
	}
	free(line);
	return text;
}

static void write_screens(const char *path)
{
	FILE *out = fopen(path, "w");

	CHECK(out);
	fprintf(out, "# SPDX-License-%s\n", "Identifier: GPL-2.0-only OR BSD-2-Clause");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = screen(cases[i].rows, cases[i].columns, cases[i].keys);

		fprintf(out, "=== %s\n%s", cases[i].name, text);
		free(text);
	}
	fclose(out);
}

TEST(screens_are_as_written_down)
{
	if (getenv("TOP_SCREENS"))
		write_screens(getenv("TOP_SCREENS"));
	expected = fopen(getenv("TOP_SCREENS") ? getenv("TOP_SCREENS") : "tests/unit/top.screens",
			 "r");
	CHECK(expected);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *wanted = expected_screen(cases[i].name);
		char *text = screen(cases[i].rows, cases[i].columns, cases[i].keys);

		if (strcmp(wanted, text))
			printf("# %s is\n%s", cases[i].name, text);
		CHECK(!strcmp(wanted, text));
		free(wanted);
		free(text);
	}
	fclose(expected);
}

TEST(spans_are_what_lies_between)
{
	struct top_model *m = top_model__new();
	const struct top_stats *s;
	struct top_figures f;

	feed(m, 1);
	feed(m, 3);
	s = &m->func_stats;
	f = top_model__figures(m, s, 0, TOP_LAST, prof_clocks);
	CHECK(f.seconds == 2 &&
	      f.calls == (double)(s->at[TOP_NOW]->ncalls - s->at[TOP_BEFORE]->ncalls));
	CHECK(f.calls * 3 == 2 * top_model__figures(m, s, 0, TOP_TOTAL, prof_clocks).calls);
	CHECK(top_model__figures(m, s, 0, TOP_SINCE_MARK, prof_clocks).seconds == 0);
	top_model__mark(m, true);
	feed(m, 8);
	s = &m->func_stats;
	f = top_model__figures(m, s, 0, TOP_UNTIL_MARK, prof_clocks);
	CHECK(f.seconds == 3 && f.calls == (double)s->at[TOP_MARK]->ncalls);
	CHECK(top_model__figures(m, s, 0, TOP_SINCE_MARK, prof_clocks).seconds == 5);
	top_model__reset(m);
	CHECK(top_model__figures(m, &m->func_stats, 0, TOP_TOTAL, prof_clocks).calls == 0);
	CHECK(!m->marked);
	top_model__free(m);
}

/* What is taken off may grow from one reading to the next. */
TEST(no_figure_is_negative)
{
	struct top_model *m = top_model__new();
	struct top_figures f;

	feed(m, 4);
	feed(m, 2);
	f = top_model__figures(m, &m->func_stats, 0, TOP_LAST, prof_clocks);
	CHECK(f.calls == 0 && f.own_ns == 0 && f.cum_ns == 0 && f.seconds == 0);
	top_model__free(m);
}

TEST(text_stays_in_its_row)
{
	struct top_grid g = top_grid__new(2, 6, false);

	CHECK(setlocale(LC_CTYPE, "C.UTF-8"));
	CHECK(top_grid__put(&g, 0, 3, TOP_PLAIN, "abcdef") == 6);
	CHECK(g.cells[5].c == 'c' && g.cells[6].c == ' ');
	CHECK(top_grid__put(&g, 1, 3, TOP_PLAIN, "\u6f22\u5b57") == 5); /* each takes two */
	CHECK(g.cells[9].c == 0x6f22 && !g.cells[10].c && g.cells[11].c == ' ');
	CHECK(top_grid__put(&g, 7, 0, TOP_PLAIN, "x") == 0);
	CHECK(top_grid__width(&g, "a\u0301b") == 2);
	top_grid__free(&g);
}

TEST(what_ascii_has_not_is_a_question_mark)
{
	struct top_grid g = top_grid__new(1, 4, true);

	top_grid__put(&g, 0, 0, TOP_PLAIN, "a\u00e9");
	CHECK(g.cells[0].c == 'a' && g.cells[1].c == '?');
	top_grid__free(&g);
}

TEST(each_key_has_one_meaning)
{
	for (size_t i = 0; i < top_keys__count(); i++) {
		for (size_t k = i + 1; k < top_keys__count(); k++) {
			for (int c = 0; c < 16; c++) {
				uint32_t a = top_keys__at(i)->codes[c % 4];

				CHECK(!a || a != top_keys__at(k)->codes[c / 4]);
			}
		}
	}
}
