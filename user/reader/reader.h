/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables of one process, read while they are written and when they no longer are. The times in
 * them are CLOCK_MONOTONIC nanoseconds; or, where the process accounts itself, ticks, which are
 * turned into ns as they are read. Not thread-safe.
 */
#ifndef BPFPROF_READER_H
#define BPFPROF_READER_H

#include <stdbool.h>
#include <sys/types.h>

#include "cpython/stands.h"
#include "model/profile.h"
#include "reader/tables.h"

struct reader {
	struct tables live;	  /* the owner of the memory fills it, and takes it away again */
	struct tables copy;	  /* of snapshots; allocated by the first */
	struct known_codes known; /* by snapshots so far */
	bool inlined;		  /* the process accounts itself, in ticks */
	bool strips_turn;	  /* from the next snapshot on strips begin anew */
	pid_t pid;
	struct stands_yield yields; /* its coroutines at one, as they may end unseen there */
};

/* Inline: tells the kernel's side the ratio of the clocks. To be called on each beat. */
void reader__set_rate(struct reader *r);

/* The pace since the last call of this. Nobody writes the tables. */
struct prof_pace reader__lap(struct reader *r);

/* Adds what has been counted so far to p, while it counts on; its duration_ns is from its start_ns
 * to the moment up to which that was counted. */
void reader__snapshot(struct reader *r, struct profile *p);

/* Adds what was counted by now to p, but for the frames that are open. Nobody writes the tables. */
void reader__peek(const struct reader *r, struct profile *p);

/* Closes the frames that are open and adds what was counted to p, as of the moment until_ns, when
 * counting ended (0: now). Nobody writes the tables. */
void reader__drain(struct reader *r, struct profile *p, uint64_t until_ns);

void reader__forget(struct reader *r); /* the live tables were emptied: names that were known */
void reader__free(struct reader *r);   /* not the live tables */

#endif
