/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The help: keys, columns, losses and notes; and the hints at the foot. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "live/top_keys.h"
#include "live/top_view.h"

/* Keys in as many columns as the height needs; the number of rows. */
static int draw_keys(const struct top_state *s, struct top_grid *g)
{
	int n = (int)top_keys__count(), rows = s->rows - 2;

	if (n > rows)
		rows = (n + 1) / 2;
	for (int i = 0; i < n; i++) {
		int column = i / rows * (s->columns / 2);
		const struct top_key *k = top_keys__at(i);

		top_grid__put(g, i % rows, column, TOP_BOLD, k->label);
		top_grid__put(g, i % rows, column + 11, TOP_PLAIN, k->help);
	}
	return n < rows ? n : rows;
}

/* The keys, the columns, and in full what the head has no room for. */
void top_help__draw(const struct top_model *m, const struct top_state *s, struct top_grid *g)
{
	int row = draw_keys(s, g);
	unsigned int n;
	const struct top_column *columns = top_columns(s, &n);

	for (unsigned int i = 0; i < n; i++) {
		if (s->columns < columns[i].screen || ++row >= s->rows - 1)
			continue;
		top_grid__put(g, row, 0, TOP_BOLD, columns[i].title);
		top_grid__put(g, row, 11, TOP_PLAIN, columns[i].help);
	}
	if (m->lost && ++row < s->rows - 1)
		top_grid__put(g, row, top_grid__put(g, row, 0, TOP_ALARM, "Lost: "), TOP_ALARM,
			      m->lost);
	for (size_t i = 0; i < m->nnotes && ++row < s->rows - 1; i++)
		top_grid__put(g, row, top_grid__put(g, row, 0, TOP_PLAIN, "Note: "), TOP_PLAIN,
			      m->notes[i]);
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
