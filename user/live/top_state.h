/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the user of the live screen is looking at, and how: all that keys change. */
#ifndef BPFPROF_TOP_STATE_H
#define BPFPROF_TOP_STATE_H

#include "live/top_model.h"

enum top_list { TOP_FUNCTIONS, TOP_THREADS, TOP_BLOCKS, TOP_LISTS };

/* Which columns the list has. */
enum top_set { TOP_TIMES, TOP_COMPARED, TOP_IO, TOP_COROUTINES };

/* What a row is; callers, callees and what is below are those of the function that is looked at. */
enum top_kind { TOP_FUNC, TOP_CALLER, TOP_CALLEE, TOP_BELOW, TOP_THREAD, TOP_BLOCK };

#define TOP_COLUMNS 16 /* at most */

/* One row of the list that is shown. */
struct top_row {
	enum top_kind kind;
	uint32_t id; /* index into the model's funcs, threads or blocks; of a caller or callee, its
		      * function's; of what is below, its node's */
	uint32_t func;	/* index into funcs; PROF_NONE: it is none */
	uint32_t depth; /* of what is below: 1 is called by the function that is looked at */
	const struct top_stats *stats; /* its figures are those of row at, until values are known */
	size_t at;
	const char *name, *where; /* where: file, track or NULL */
	uint32_t line;		  /* or number of a thread; 0: none */
	struct top_figures figures[TOP_SPANS];
	double cpu_ns, blocked_ns, runnable_ns; /* of its own time, in the last interval */
	double values[TOP_COLUMNS];		/* of the state's columns */
};

/* What is typed at the foot of the screen. */
enum top_prompt { TOP_NO_PROMPT, TOP_SEARCH, TOP_FILTER, TOP_SAVE };

#define TOP_TEXT 200

struct top_state {
	int rows, columns; /* of the screen */
	enum top_list list;
	enum top_by by; /* what its rows are put together by */
	bool inside;	/* what is in a row of it is looked at */
	uint32_t whose; /* that row */
	uint32_t *path; /* the functions that were entered, the last one is looked at */
	size_t npath;
	unsigned int sort; /* index of a column */
	enum top_set set;
	bool chosen; /* the column, by a key; or else it is the one that fits best */
	bool reverse, mine, help;
	int help_at;	   /* lines of the help above the screen */
	bool help_scrolls; /* it has more lines than the screen */
	bool tree;	   /* with all that is called below the function that is looked at */
	bool paused;	   /* the figures stand still; counting goes on */
	const struct prof_clock *clock;
	enum top_prompt prompt;
	char typed[TOP_TEXT];
	char filter[TOP_TEXT], search[TOP_TEXT];
	char message[TOP_TEXT]; /* at the foot, until the next key */
	enum top_kind kind;	/* of the selected row */
	uint32_t id;
	bool selected;	      /* one was chosen; or else the first is */
	size_t scroll;	      /* rows above the screen */
	struct top_row *held; /* the order that rows stay in; NULL: they move */
	size_t nheld;
	const char *ended; /* why nothing more comes; NULL: it goes on */
	bool ascii;	   /* the terminal shows no UTF-8 */
};

struct top_state top_state__new(void);
void top_state__free(struct top_state *s);

/* The rows of the list, filtered and in order; to be freed. */
struct top_row *top_rows__make(const struct top_model *m, const struct top_state *s, size_t *n);
/* Index of the selected one; 0 where it is gone. */
size_t top_rows__selected(const struct top_row *rows, size_t n, const struct top_state *s);
void top_state__select(struct top_state *s, const struct top_row *row);
/* Whether the text is in the row's name or place, whatever its case. */
bool top_row__has(const struct top_row *row, const char *text);

/* A column of the list. */
struct top_column {
	const char *title;
	int width;
	int screen; /* columns that the screen must have for it to be shown */
	const char *help;
	enum top_span span;
	double (*value)(const struct top_row *row, enum top_span span);
	void (*print)(double value, char text[16]);
};

/* Those of the state's set, the last one is the name; *n: how many. */
const struct top_column *top_columns(const struct top_state *s, unsigned int *n);
/* Why there are no figures for a set, and what to do; NULL: there are. */
const char *top_columns__lack(const struct top_model *m, enum top_set set);
/* The column that it is sorted by at first, and the words for what it shows; NULL: times. */
unsigned int top_columns__sort(const struct top_state *s);
const char *top_columns__of(const struct top_state *s);

#endif
