/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rows of readings, of functions or of processes, of which SERVE_SERIES at most have series of
 * their own; see serve_counters.h. Plain arithmetic on profiles; not thread-safe.
 */
#ifndef BPFPROF_SERVE_SERIES_H
#define BPFPROF_SERVE_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/profile.h"

#define SERVE_SERIES 200

struct serve_series {
	struct profile *keys; /* every row as a function, in the order it was first seen, and its
				 figures */
	bool *shown;	      /* as the functions of keys */
	size_t nshown;
	struct prof_stat others; /* of rows, while they are not shown */
	struct prof_ios others_io;
};

/* The rows of the next reading. */
void serve_series__feed(struct serve_series *s, const struct profile *p);
/* What it holds, not itself. */
void serve_series__free(struct serve_series *s);

#endif
