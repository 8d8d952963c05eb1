/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The terminal of the live screen, by ncurses. From begin to end stdin is empty, and what is
 * written to stdout and stderr, by us and by a program that we start, is kept and comes on the
 * terminal when the screen is gone. However this process ends, short of SIGKILL, the terminal is
 * left as it was. One at a time; begin and end belong to one thread, the others to another one
 * between them.
 */
#ifndef BPFPROF_TOP_TERM_H
#define BPFPROF_TOP_TERM_H

#include "live/top_grid.h"

/* 0, or -1 after one line: not on a terminal, or on one that can do too little. */
int top_term__begin(void);
void top_term__end(void); /* fine if it was not begun */

void top_term__size(int *rows, int *columns);
bool top_term__is_ascii(void);
void top_term__draw(const struct top_grid *g);
void top_term__redraw(void); /* whatever is there, all is drawn anew */

/* Readable when a key was pressed, and when the size has changed or the process was stopped. */
int top_term__keys_fd(void);
int top_term__signals_fd(void);
/* The next key as top_keys.h has them; 0: none now. */
uint32_t top_term__key(void);
/* Looks at what the signals said: takes the new size. */
void top_term__look(void);

/* Gives the terminal to another program, and takes it again at its end. Whether it ended well. */
bool top_term__run(char *const argv[]);
/* Stops this process and those that share its terminal, as Ctrl-Z does elsewhere, until it goes on.
 */
void top_term__suspend(void);

#endif
