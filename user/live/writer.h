/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A thread that reports are made and written on, so that whoever has to keep a measurement alive
 * never waits for a slow reader. To be used by one other thread.
 */
#ifndef BPFPROF_WRITER_H
#define BPFPROF_WRITER_H

#include <stdbool.h>

#include "model/profile.h"

/* Where reports go. */
struct sink {
	/* Writes a report of p, the last one or one of many; called on the writer's thread, on
	 * which all signals are blocked. To give up once stop_fd is readable. 0, or -errno: nobody
	 * takes reports any more; -EPIPE says that nobody wants them. */
	int (*write)(void *arg, const struct profile *p, bool last, int stop_fd);
	void *arg;
};

struct writer;

struct writer *writer__start(const struct sink *sink); /* NULL after one line */

/* Has p written, which is to be left alone until the writer is idle again. Only while it is idle.
 */
void writer__give(struct writer *w, const struct profile *p, bool last);

/* Readable once what was given is done with; the call below makes it unreadable. */
int writer__fd(const struct writer *w);
bool writer__is_idle(struct writer *w);
/* Of the reports so far: 0, or the -errno that made the sink refuse more. */
int writer__status(const struct writer *w);

/* Tells the sink to give up on what it is writing. */
void writer__give_up(struct writer *w);

void writer__free(struct writer *w); /* waits until it is idle; accepts NULL */

#endif
