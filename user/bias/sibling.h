/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A second process of an interpreter, to try things on: the same file, with nothing of the first
 * process's program, and with no more rights than the first (process/rights.h), for a few seconds
 * at most. It dies with the thread that started it.
 */
#ifndef BPFPROF_SIBLING_H
#define BPFPROF_SIBLING_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct interp;

struct sibling {
	pid_t pid;  /* 0: none */
	FILE *talk; /* its stdin and stdout */
};

/* Runs a Python program of which text is the source, args its sys.argv[1:]. 0; -1 with *why (static
 * text) where there is no interpreter to be run: only an executable named python... is. */
int sibling__start(struct sibling *t, const struct interp *in, const char *text, char *const args[],
		   const char **why);

/* Sends a newline, and waits for a line. False: it has ended, or says nothing for 5 seconds. */
bool sibling__go_on(struct sibling *t);
bool sibling__hear(struct sibling *t, char *line, int size);

void sibling__end(struct sibling *t); /* idempotent */

#endif
