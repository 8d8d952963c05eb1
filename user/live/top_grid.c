/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text into cells. */
#include "live/top_grid.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/utf8.h"

struct top_grid top_grid__new(int rows, int columns, bool ascii)
{
	struct top_grid g = {rows, columns, NULL, ascii};

	g.cells = xcalloc((size_t)rows * columns + 1, sizeof(*g.cells));
	for (int i = 0; i < rows * columns; i++)
		g.cells[i].c = ' ';
	return g;
}

void top_grid__free(struct top_grid *g)
{
	free(g->cells);
}

/* The next character of text and the columns it takes; what has no width is passed over. NULL: the
 * end. */
static const char *next(const struct top_grid *g, const char *text, uint32_t *c, int *width)
{
	do {
		size_t n = utf8_sequence((const unsigned char *)text, strlen(text), c);

		if (!*text)
			return NULL;
		text += n ? n : 1;
		if (!n || (g->ascii && *c > 0x7e))
			*c = '?';
		*width = *c < 0x7f ? 1 : wcwidth((wchar_t)*c);
		if (*width < 0) { /* this locale does not know it */
			*c = '?';
			*width = 1;
		}
	} while (!*width);
	return text;
}

int top_grid__put(struct top_grid *g, int row, int column, enum top_style style, const char *text)
{
	uint32_t c;
	int width;

	while (row >= 0 && row < g->rows && column >= 0 && (text = next(g, text, &c, &width)) &&
	       column + width <= g->columns) {
		struct top_cell *cell = &g->cells[row * g->columns + column];

		cell[0] = (struct top_cell){c, style};
		if (width > 1)
			cell[1] = (struct top_cell){0, style};
		column += width;
	}
	return column;
}

void top_grid__style(struct top_grid *g, int row, enum top_style style)
{
	for (int i = 0; row >= 0 && row < g->rows && i < g->columns; i++)
		g->cells[row * g->columns + i].style = style;
}

int top_grid__width(const struct top_grid *g, const char *text)
{
	int all = 0, width;
	uint32_t c;

	while ((text = next(g, text, &c, &width)))
		all += width;
	return all;
}

const char *top_grid__tail(const struct top_grid *g, const char *text, int room)
{
	while (*text && top_grid__width(g, text) > room) {
		text++;
		while ((*text & 0xc0) == 0x80)
			text++;
	}
	return text;
}
