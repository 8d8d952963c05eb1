/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Text that is not ours (names, paths, notes, figures' units of a stored profile) on its way out.
 * The one place that knows what a reader would take for an order: control characters, C1 among
 * them, what turns the direction of writing, and bytes that are no UTF-8.
 */
#ifndef BPFPROF_ESCAPE_H
#define BPFPROF_ESCAPE_H

enum escape_for {
	ESCAPE_TERMINAL, /* one line: \x1b, \u202e */
	ESCAPE_CSV,	 /* a field before it is quoted: the same, but tabs and line ends stay */
	ESCAPE_JSON, /* a document of valid JSON that may come to a terminal: \u009b in strings */
};

/* A copy, to be freed. */
char *escaped(const char *text, enum escape_for where);

#endif
