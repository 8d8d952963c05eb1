/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The live screen: draws the readings of a measurement on a thread of its own, which has nothing to
 * do with keeping that alive.
 */
#ifndef BPFPROF_TOP_H
#define BPFPROF_TOP_H

#include "live/writer.h"

struct top_plan {
	/* A copy of a reading as it is to be shown: its bias taken off. */
	struct profile *(*shown)(const void *arg, const struct profile *p);
	/* Writes a report of a reading to the file of that name, in the format of its ending. What
	 * to tell the user, to be freed. */
	char *(*save)(void *arg, const struct profile *p, const char *path);
	void *arg;
	const int *ended_by; /* a signal, before the last reading comes; 0: it ended by itself */
};

struct top;

/* Takes the terminal and shows what goes on (base/progress.h). NULL after one line. */
struct top *top__begin(const struct top_plan *plan);

/* Takes readings as they come; of the last one, not before the user has seen enough of it, or a
 * signal ended the measurement. Leaving before sends SIGINT to this process, then SIGTERM. */
struct sink top__sink(struct top *t);

/* The terminal is as it was. Accepts NULL. */
void top__end(struct top *t);

#endif
