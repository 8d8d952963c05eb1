/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What stands in a spool is pushed by a process of its own, which has no rights but those of a
 * file's owner: whatever the network sends, it meets nothing that could look into a process.
 */
#ifndef BPFPROF_PUSHER_H
#define BPFPROF_PUSHER_H

#include "agent/push.h"
#include "agent/spool.h"

/* What happened so far, in memory that the processes share; each figure has one writer. */
struct agent_counts {
	_Atomic uint64_t pushed, refused; /* by the pusher */
	uint64_t dropped;		  /* past the spool's bound */
	uint64_t windows, idle, failed;	  /* profiled; of them with nothing to say; not profiled */
	uint64_t late;			  /* windows that began an interval late, or later */
};

struct pusher {
	pid_t pid; /* 0: there is none */
	int bell;  /* rung when something was put into the spool; closed, it is to end; -1: none */
};

/* Starts it; counts: shared memory. 0, or -1 after one line. */
int pusher__start(struct pusher *p, const struct push_plan *plan, const struct spool *spool,
		  struct agent_counts *counts);
/* Tells it that something was put into the spool. */
void pusher__ring(const struct pusher *p);
/* Has no more to do with it: in a child of the caller's, or once it has ended. */
void pusher__leave(struct pusher *p);
/* Has it push what it can within some seconds, and waits for its end. */
void pusher__end(struct pusher *p);

#endif
