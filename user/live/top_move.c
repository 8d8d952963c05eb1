/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The keys that select another row. */
#include <limits.h>
#include <stdlib.h>

#include "live/top_keys.h"
#include "live/top_view.h"

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

/* How many rows further a key leads; 0: it leads nowhere. */
static long by(const struct top_state *s, uint32_t key)
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
			return moves[i].by;
	}
	return 0;
}

enum top_effect top_move__press(struct top_model *m, struct top_state *s, uint32_t key)
{
	move(m, s, by(s, key));
	return TOP_NOTHING;
}

/* The end is known when it is drawn. */
void top_move__help(struct top_state *s, uint32_t key)
{
	const long to = s->help_at + by(s, key);

	s->help_at = to < 0 ? 0 : to > INT_MAX ? INT_MAX : (int)to;
}
