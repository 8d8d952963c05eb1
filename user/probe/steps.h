/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The steps by which a backend comes into one process and out of it again. What measures a backend
 * on a second interpreter takes the same steps as what profiles the first.
 */
#ifndef BPFPROF_STEPS_H
#define BPFPROF_STEPS_H

#include <stdbool.h>

#include "process/inject.h"

struct hook;
struct interp;
struct session;
struct spawn;

/* What the steps work on. */
struct placement {
	struct session *session;
	const struct interp *in;
	struct holder holder;	/* who traces the process; none: nobody does */
	struct spawn *launched; /* the program held at its start; NULL: it runs already */
	bool builtins;		/* C functions are to be counted too */
	bool all_callables;	/* and whatever else is called and not Python's */
	bool needs_builtins;	/* or else it fails */
	struct hook *hook;	/* the backend's own; NULL: it has none, or is out again */
	struct hook *left;	/* the same, out of the process and to be tidied up; or NULL */
};

struct backend_steps {
	/* Everything up to counting; 0, or -1 after one line. What was begun is undone by remove.
	 */
	int (*place)(struct placement *at);
	/* Called twice a second while it counts; NULL: no need. -1: the process is no more what it
	 * was. */
	int (*beat)(struct placement *at);
	/* Out of the process; then what was counted can be drained. NULL: the session's end does
	 * that. Idempotent. */
	void (*remove)(struct placement *at);
	/* After that: waits for what the process is still to give back, a part of a second, which
	 * no time that was counted is to contain. NULL: nothing. Idempotent. */
	void (*tidy)(struct placement *at);
	bool own_file; /* the probes are in the interpreter's file, which others run */
};

#endif
