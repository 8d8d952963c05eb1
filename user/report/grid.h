/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables for people: columns as wide as what is in them, the last two in what is left of the line.
 */
#ifndef BPFPROF_GRID_H
#define BPFPROF_GRID_H

#include <stdbool.h>
#include <stdio.h>

struct grid_column {
	const char *head;
	bool left;	    /* aligned there; else right */
	const char *colour; /* its terminal sequence, where there are colours; NULL: none */
	int spare; /* 0: it stays; else it may go where the line is too long, the highest first */
};

#define GRID_DIM  "\033[2m"
#define GRID_BAR  "\033[36m"
#define GRID_BOLD "\033[1m"

struct grid {
	const struct grid_column *columns;
	size_t ncolumns;
	char **cells; /* row by row */
	size_t ncells;
};

/* The next cell, which is taken; control characters are escaped. */
void grid__add(struct grid *g, char *text);
/* Lines of width columns at most, if the last two columns can be made that short and those that can
 * be spared are left out. They are left out where they would make the last two unreadable. */
void grid__print(const struct grid *g, size_t width, bool colours, FILE *out);
void grid__free(struct grid *g);

#endif
