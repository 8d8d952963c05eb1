/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The readings of a run, written as a stream (report/stream.h) while it goes on. */
#ifndef BPFPROF_STREAMED_H
#define BPFPROF_STREAMED_H

#include "cli/dest.h"
#include "cli/opts.h"

/* All zero: nothing was written so far. */
struct streamed {
	struct profile *told; /* up to which reading all was written; NULL: nothing */
	uint64_t sequence;    /* of the next record */
};

/* Writes what happened since the reading before, and at the last one the end. 0, or -errno: then it
 * is as if nothing had been tried, and what happened meanwhile comes with the next reading. Of the
 * errors dest__append says which leave a stream that can go on. */
int streamed__write(struct streamed *s, const struct opts *o, const struct profile *reading,
		    bool last, struct dest *to, int stop_fd);

void streamed__free(struct streamed *s);

#endif
