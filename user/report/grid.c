/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables for people. Pure. */
#include "report/grid.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "report/order.h"

#define LEAST	 8  /* columns of each of the last two, whatever the others leave */
#define READABLE 24 /* columns of each of the last two, for which others are left out */
#define LEFT_OUT SIZE_MAX

void grid__add(struct grid *g, char *text)
{
	*ARR_PUSH(g->cells, g->ncells) = escaped(text, ESCAPE_TERMINAL);
	free(text);
}

/* The byte where code point n of s begins. */
static size_t offset_of(const char *s, size_t n)
{
	size_t at = 0;

	while (s[at] && n) {
		at++;
		n -= (s[at] & 0xc0) != 0x80;
	}
	return at;
}

/* text in width columns: one that is too long loses its middle. To be freed. */
static char *shortened(const char *text, size_t width)
{
	size_t n = text_width(text), head = (width - 1) / 3, tail = width - 1 - head;

	if (n <= width || width < 3)
		return xstrdup(text);
	return xasprintf("%.*s\u2026%s", (int)offset_of(text, head), text,
			 text + offset_of(text, n - tail));
}

/* The last two columns in what the others leave: one gives way to the other down to half of it. */
static void squeeze(size_t *widths, size_t last, size_t left)
{
	size_t room = left > 2 * LEAST ? left : 2 * LEAST, half = room / 2;
	size_t *a = &widths[last - 1], *b = &widths[last];

	if (*a + *b <= room)
		return;
	if (*a > half)
		*a = *b < half ? room - *b : half;
	if (*a + *b > room)
		*b = room - *a;
}

/* What the columns before the last two take, with the blanks behind each of all but the last. */
static size_t used_by(const size_t *widths, size_t last)
{
	size_t used = 2;

	for (size_t i = 0; i + 1 < last; i++)
		used += widths[i] != LEFT_OUT ? widths[i] + 2 : 0;
	return used;
}

/* Leaves out the column that can be spared most easily. False: none is left. */
static bool leave_out(const struct grid *g, size_t *widths)
{
	size_t found = g->ncolumns;

	for (size_t i = 0; i < g->ncolumns; i++) {
		int spare = widths[i] != LEFT_OUT ? g->columns[i].spare : 0;

		if (spare && (found == g->ncolumns || spare > g->columns[found].spare))
			found = i;
	}
	if (found == g->ncolumns)
		return false;
	widths[found] = LEFT_OUT;
	return true;
}

static size_t at_most(size_t n, size_t most)
{
	return n < most ? n : most;
}

static size_t *column_widths(const struct grid *g, size_t width)
{
	size_t *widths = xcalloc(g->ncolumns, sizeof(*widths)), used, room, last = g->ncolumns - 1;

	for (size_t i = 0; i < g->ncolumns; i++)
		widths[i] = text_width(g->columns[i].head);
	for (size_t i = 0; i < g->ncells; i++) {
		size_t w = text_width(g->cells[i]), *to = &widths[i % g->ncolumns];

		*to = w > *to ? w : *to;
	}
	room = at_most(widths[last - 1], READABLE) + at_most(widths[last], READABLE);
	while ((used = used_by(widths, last)) + room > width && leave_out(g, widths))
		continue;
	squeeze(widths, last, width > used ? width - used : 0);
	return widths;
}

static void put_cell(const struct grid_column *c, const char *text, size_t width, bool is_last,
		     const char *colour, FILE *out)
{
	char *fit;
	int pad;

	if (width == LEFT_OUT)
		return;
	fit = shortened(text, width);
	pad = (int)width - text_width(fit);
	fprintf(out, "%*s%s%s%s%*s", c->left ? 0 : pad, "", colour ? colour : "", fit,
		colour ? "\033[0m" : "", c->left && !is_last ? pad : 0, "");
	fputs(is_last ? "\n" : "  ", out);
	free(fit);
}

void grid__print(const struct grid *g, size_t width, bool colours, FILE *out)
{
	size_t *widths = column_widths(g, width), last = g->ncolumns - 1;

	for (size_t i = 0; i < g->ncolumns; i++)
		put_cell(&g->columns[i], g->columns[i].head, widths[i], i == last,
			 colours ? GRID_BOLD : NULL, out);
	for (size_t i = 0; i < g->ncells; i++) {
		const struct grid_column *c = &g->columns[i % g->ncolumns];

		put_cell(c, g->cells[i], widths[i % g->ncolumns], i % g->ncolumns == last,
			 colours ? c->colour : NULL, out);
	}
	free(widths);
}

void grid__free(struct grid *g)
{
	for (size_t i = 0; i < g->ncells; i++)
		free(g->cells[i]);
	free(g->cells);
}
