/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The readings of a run as a stream of JSON objects, a line each: first "meta", then a "tick" for
 * each span between two readings, with what happened in it alone, then "end". Who reads them may
 * leave out fields and records that they do not know. Safe from any thread.
 */
#ifndef BPFPROF_SERVE_EVENTS_H
#define BPFPROF_SERVE_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "model/profile.h"

#define SERVE_EVENTS_SCHEMA 1

/* A line each, its end included, to be freed; *size without the NUL. */
char *serve_events__meta(const struct profile *p, const char *run, size_t *size);
/* span: of that time alone, its bias taken off. sequence: from 1. */
char *serve_events__tick(const struct profile *span, const char *run, uint64_t sequence,
			 size_t *size);
char *serve_events__end(const char *run, uint64_t sequence, size_t *size);

#endif
