/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Typing, and what becomes of what was typed. */
#include "live/top_prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void prompt__begin(struct top_state *s, enum top_prompt what)
{
	s->prompt = what;
	*s->typed = '\0';
	if (what == TOP_FILTER)
		memcpy(s->typed, s->filter, sizeof(s->typed));
}

void prompt__find(struct top_model *m, struct top_state *s, bool back)
{
	size_t n;
	struct top_row *rows = top_rows__make(m, s, &n);
	size_t at = top_rows__selected(rows, n, s);

	if (!*s->search)
		snprintf(s->message, sizeof(s->message), "Search for something first: /");
	for (size_t i = 1; *s->search && i <= n; i++) {
		const struct top_row *row = &rows[(at + (back ? n - i : i)) % n];

		if (top_row__has(row, s->search)) {
			top_state__select(s, row);
			break;
		}
		if (i == n)
			snprintf(s->message, sizeof(s->message), "No row has that");
	}
	free(rows);
}

static enum top_effect take_search(struct top_model *m, struct top_state *s)
{
	memcpy(s->search, s->typed, sizeof(s->search));
	if (*s->search)
		prompt__find(m, s, false);
	return TOP_NOTHING;
}

static enum top_effect take_filter(struct top_model *m, struct top_state *s)
{
	(void)m;
	memcpy(s->filter, s->typed, sizeof(s->filter));
	s->scroll = 0;
	return TOP_NOTHING;
}

static enum top_effect take_save(struct top_model *m, struct top_state *s)
{
	(void)m;
	return *s->typed ? TOP_SAVE_REPORT : TOP_NOTHING;
}

static enum top_effect (*const take[])(struct top_model *, struct top_state *) = {
	[TOP_SEARCH] = take_search,
	[TOP_FILTER] = take_filter,
	[TOP_SAVE] = take_save,
};

/* Takes the last character away. */
static void shorten(char *text)
{
	size_t n = strlen(text);

	while (n && (text[n - 1] & 0xc0) == 0x80)
		n--;
	text[n ? n - 1 : 0] = '\0';
}

/* A character, where there is room. */
static void append(char *text, uint32_t c)
{
	char *more = c >= ' ' && c != 0x7f && c < 0x110000 ? utf8_from(&c, sizeof(c), 4) : NULL;

	if (more && strlen(text) + strlen(more) < TOP_TEXT)
		strcat(text, more);
	free(more);
}

enum top_effect prompt__key(struct top_model *m, struct top_state *s, uint32_t key)
{
	enum top_prompt what = s->prompt;

	if (key == TOP_KEY_ENTER || key == TOP_KEY_ESCAPE) {
		s->prompt = TOP_NO_PROMPT;
		return key == TOP_KEY_ENTER ? take[what](m, s) : TOP_NOTHING;
	}
	if (key == TOP_KEY_BACK)
		shorten(s->typed);
	else if (key == TOP_CTRL('U'))
		*s->typed = '\0';
	else
		append(s->typed, key);
	return TOP_NOTHING;
}
