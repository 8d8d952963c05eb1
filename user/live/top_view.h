/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The live screen as a picture: a pure function of what is known and what is looked at. */
#ifndef BPFPROF_TOP_VIEW_H
#define BPFPROF_TOP_VIEW_H

#include "live/top_grid.h"
#include "live/top_state.h"

/* The smallest screen that has rows on it. */
#define TOP_LEAST_ROWS	  8
#define TOP_LEAST_COLUMNS 40

/* All of the screen, of the state's size, for top_grid__free. Keeps the selected row on it:
 * s->scroll. doing: what goes on before the first reading (base/progress.h). */
struct top_grid top_view__draw(const struct top_model *m, struct top_state *s, const char *doing);
/* The help, in place of that. */
void top_help__draw(const struct top_model *m, struct top_state *s, struct top_grid *g);
/* Rows of the list that fit. */
int top_view__page(const struct top_state *s);

#endif
