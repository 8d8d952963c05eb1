/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The readings of a run as a stream of JSON objects, a line each: first "meta", then a "tick" for
 * each span between two readings, with what happened in it alone, then "end". Who reads them may
 * leave out fields and records that they do not know; bpfprof-stream-1.schema.json beside this file
 * has those that there are. Safe from any thread.
 *
 * Each returns 0, or -1 with errno, as report->write has it (report.h). run is what stream__run
 * says. sequence: of the record, 0 for "meta", and one more with each.
 */
#ifndef BPFPROF_STREAM_H
#define BPFPROF_STREAM_H

#include <stdint.h>
#include <stdio.h>

#include "model/profile.h"

#define STREAM_RUN 33

/* The run's name, which no other run has: by process, and when it was measured from. */
void stream__run(const struct profile *reading, char run[STREAM_RUN]);

int stream__meta(const struct profile *reading, const char *run, FILE *out);
/* span: of that time alone (profile__since), its bias taken off. */
int stream__tick(const struct profile *span, const char *run, uint64_t sequence, FILE *out);
/* last: the reading that the last tick went up to. */
int stream__end(const struct profile *last, const char *run, uint64_t sequence, FILE *out);

#endif
