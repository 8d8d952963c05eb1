/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The readings of a measurement over HTTP: for Prometheus, for what scrapes pprof, for who follows
 * a stream of events. Requests are answered on a thread of their own, which has nothing to do with
 * keeping the measurement alive; nothing can be changed from there.
 */
#ifndef BPFPROF_SERVE_H
#define BPFPROF_SERVE_H

#include "live/serve_guard.h"
#include "live/writer.h"

struct serve_plan {
	struct serve_guard guard; /* where to listen, and who may ask; taken */
	/* A report of p in the format of that name; NULL: it cannot be had. To be freed. */
	char *(*render)(const void *arg, const char *format, const struct profile *p, size_t *size);
	/* A copy of a reading as it is to be shown: its bias taken off. */
	struct profile *(*shown)(const void *arg, const struct profile *p);
	void *arg;
};

struct serve;

/* Listens. NULL after one line. */
struct serve *serve__begin(const struct serve_plan *plan);
/* Says where. */
void serve__announce(const struct serve *s);

/* Takes readings as they come. Of the last one, not before those who follow have had their end, for
 * SERVE_PATIENCE_MS at most. */
struct sink serve__sink(struct serve *s);

/* Answers nobody any more. Accepts NULL. */
void serve__end(struct serve *s);

#define SERVE_PATIENCE_MS 2000

#endif
