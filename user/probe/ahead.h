/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sessions that are opened before their process is there, each by a thread of its own: who takes
 * one waits for what is left of that. To be used by one thread.
 */
#ifndef BPFPROF_AHEAD_H
#define BPFPROF_AHEAD_H

#include <pthread.h>

#include "probe/session.h"

#define AHEAD_MAX 4

struct ahead {
	struct opened {
		pthread_t thread; /* 0: none is opened here */
		struct session_setup setup;
		struct session *s; /* the thread's, until it has ended */
	} v[AHEAD_MAX];
	uint32_t wanted; /* at a time */
};

/* Begins to open others like that one, as many as are worth it: more where they were waited for.
 * What the setup points to stays. */
void ahead__begin(struct ahead *a, const struct session_setup *setup);
/* One of the same setup; NULL: there is none. */
struct session *ahead__take(struct ahead *a, const struct session_setup *setup);
bool ahead__any(const struct ahead *a);
void ahead__close(struct ahead *a); /* those that nobody has taken */

#endif
