/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The help: keys, columns, losses and notes; and the hints at the foot. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/top_keys.h"
#include "live/top_view.h"

#define TWO_COLUMNS 80 /* of the screen, for two of keys beside one another */

/* Where lines go: those of the help from s->help_at on are on the screen. */
struct page {
	const struct top_state *s;
	struct top_grid *g; /* NULL: lines are counted alone */
	int at;		    /* the next line */
};

static int room(const struct top_state *s)
{
	return s->rows - 1;
}

/* One part of a line. */
static void put(const struct page *p, int line, int column, enum top_style style, const char *text)
{
	const int row = line - p->s->help_at;

	if (p->g && row < room(p->s))
		top_grid__put(p->g, row, column, style, text);
}

/* Keys in so many columns. */
static void put_keys(struct page *p, int columns)
{
	const int n = (int)top_keys__count(), lines = (n + columns - 1) / columns;

	for (int i = 0; i < n; i++) {
		const int column = i / lines * (p->s->columns / 2);
		const struct top_key *k = top_keys__at(i);

		put(p, i % lines, column, TOP_BOLD, k->label);
		put(p, i % lines, column + 11, TOP_PLAIN, k->help);
	}
	p->at = lines;
}

static void put_columns(struct page *p)
{
	unsigned int n;
	const struct top_column *columns = top_columns(p->s, &n);

	p->at++;
	for (unsigned int i = 0; i < n; i++) {
		if (p->s->columns < columns[i].screen)
			continue;
		put(p, p->at, 0, TOP_BOLD, columns[i].title);
		put(p, p->at++, 11, TOP_PLAIN, columns[i].help);
	}
}

/* In as many lines as it takes, broken at blanks. */
static void put_remark(struct page *p, enum top_style style, const char *what, const char *text)
{
	int at = (int)strlen(what);

	put(p, p->at, 0, style, what);
	while (*text) {
		const char *end = strchrnul(text, ' ');
		char *word = xasprintf("%.*s", (int)(end - text), text);
		const int width = (int)strlen(word);

		if (at + 1 + width > p->s->columns) {
			p->at++;
			at = -1;
		}
		put(p, p->at, ++at, style, word);
		at += width;
		text = *end ? end + 1 : end;
		free(word);
	}
	p->at++;
}

static int put_all(const struct top_model *m, const struct top_state *s, struct top_grid *g,
		   int columns)
{
	struct page p = {s, g, 0};

	put_keys(&p, columns);
	put_columns(&p);
	if (m->lost)
		put_remark(&p, TOP_ALARM, "Lost:", m->lost);
	for (size_t i = 0; i < m->nnotes; i++)
		put_remark(&p, TOP_PLAIN, "Note:", m->notes[i]);
	return p.at;
}

/* The keys, the columns, and in full what the head has no room for. */
void top_help__draw(const struct top_model *m, struct top_state *s, struct top_grid *g)
{
	const bool fits = put_all(m, s, NULL, 1) <= room(s);
	const int columns = fits || s->columns < TWO_COLUMNS ? 1 : 2;
	const int hidden = put_all(m, s, NULL, columns) - room(s);

	s->help_scrolls = hidden > 0;
	if (s->help_at > hidden)
		s->help_at = hidden > 0 ? hidden : 0;
	put_all(m, s, g, columns);
}

char *top_keys__hints(void)
{
	char *all = xstrdup("");

	for (size_t i = 0; i < top_keys__count(); i++) {
		const struct top_key *k = top_keys__at(i);
		const char *label = k->label, *comma = strchr(label, ',');
		char *more;

		if (!k->hint)
			continue;
		more = xasprintf("%s%s%.*s %s", all, *all ? "  " : "",
				 comma ? (int)(comma - label) : (int)strlen(label), label, k->hint);
		free(all);
		all = more;
	}
	return all;
}
