/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What each key of the live screen does: one table, which the help is made of too. */
#ifndef BPFPROF_TOP_KEYS_H
#define BPFPROF_TOP_KEYS_H

#include "live/top_state.h"

/* Keys that are no characters. */
enum top_special {
	TOP_KEY_UP = 0x110000,
	TOP_KEY_DOWN,
	TOP_KEY_LEFT,
	TOP_KEY_RIGHT,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_ENTER,
	TOP_KEY_BACK,
	TOP_KEY_ESCAPE,
	TOP_KEY_HELP,
};

#define TOP_CTRL(c) ((c)&31)

/* What is left to be done, as it needs more than the state. */
enum top_effect {
	TOP_NOTHING,
	TOP_QUIT,
	TOP_SUSPEND,
	TOP_REDRAW,	 /* all of the screen anew */
	TOP_EDIT,	 /* the selected function's source */
	TOP_SAVE_REPORT, /* to the file that was typed */
};

struct top_key {
	const char *label; /* as the help names it */
	const char *hint;  /* a word for the foot of the screen; NULL: none */
	const char *help;
	uint32_t codes[4]; /* characters or enum top_special */
	enum top_effect (*press)(struct top_model *m, struct top_state *s, uint32_t key);
};

/* The rows of the table, in the order of the help. */
size_t top_keys__count(void);
const struct top_key *top_keys__at(size_t i);
char *top_keys__hints(void); /* one line, to be freed */

/* One key was pressed: a character or enum top_special. */
enum top_effect top_keys__press(struct top_model *m, struct top_state *s, uint32_t key);

/* Those that select another row, and the same keys in the help. */
enum top_effect top_move__press(struct top_model *m, struct top_state *s, uint32_t key);
void top_move__help(struct top_state *s, uint32_t key);

/* The function of the selected row; NULL: it has none. */
const struct top_func *top_keys__func(const struct top_model *m, const struct top_state *s);

#endif
