/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A screen as cells, before it goes to any terminal. */
#ifndef BPFPROF_TOP_GRID_H
#define BPFPROF_TOP_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum top_style { TOP_PLAIN, TOP_BOLD, TOP_DIM, TOP_HEAD, TOP_SELECTED, TOP_ALARM, TOP_STYLES };

struct top_cell {
	uint32_t c; /* code point; 0: the second half of the one before */
	uint8_t style;
};

struct top_grid {
	int rows, columns;
	struct top_cell *cells; /* row by row */
	bool ascii;		/* what is beyond ASCII becomes "?" */
};

struct top_grid top_grid__new(int rows, int columns, bool ascii); /* of blanks */
void top_grid__free(struct top_grid *g);

/* Text, which is UTF-8, from that place on, as far as the row goes; what lies beyond the grid is
 * left out. Returns the column behind it. */
int top_grid__put(struct top_grid *g, int row, int column, enum top_style style, const char *text);
/* The style of a whole row. */
void top_grid__style(struct top_grid *g, int row, enum top_style style);
/* Columns that text takes. */
int top_grid__width(const struct top_grid *g, const char *text);
/* As much of its end as fits into so many columns. */
const char *top_grid__tail(const struct top_grid *g, const char *text, int room);

#endif
