/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In-process recording of blocks: who is in which, and what that adds up to, for each thread.
 * Nothing of Python. Everything here is called with the GIL held (or by one thread alone), which is
 * why nothing is locked; a thread writes its own figures, and whoever holds the GIL reads or clears
 * all of them. After a fork the child has none.
 */
#ifndef BPFPROF_RECORD_H
#define BPFPROF_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/types.h>

#include "bpfprof.h"
#include "bpfprof/abi.h"

/* One block as the markers see it, with what recording needs. Never freed. */
struct block {
	struct bpfprof_block named;
	const volatile uint8_t *live; /* 0: its profiler or its track is off */
	uint64_t ident;		      /* no other block has it, and never 0 */
	const void *owner;	      /* what record__each and record__clear select by */
};

struct thread {
	struct acc_thread thread;
	struct acc_row row;
	uint32_t serial; /* counts threads, from 1 */
	uint32_t era;	 /* of the process, see record__era */
	int tid;
	struct thread *next;	  /* older */
	struct thread *next_dead; /* until its frames have been taken over */
};

/* A begun block, kept by whoever will end it: in any order, in any thread. */
struct activation {
	struct thread *thread;
	uint32_t frame; /* 0: the tables are full */
	uint32_t era;	/* of begin; 0: not begun */
};

/* What one thread did in one block; finished hits only. */
struct tally {
	struct acc_block counts;
	uint64_t total_ns; /* while at least one activation was open in this thread */
	uint64_t own_ns;   /* without nested blocks; filled in by record__each */
	uint64_t since;
	uint32_t open;
	const struct block *block;
	struct thread *thread;
	struct tally *next;
};

/* Switched off from outside or inside: then neither recorded nor marked. */
static inline bool block__is_on(const struct block *b)
{
	const struct bpfprof_control *control = bpfprof_control_get();

	return *b->live && !(control->off | control->track_off[b->named.track]);
}

/* Begins the block b in this thread: *a, which the caller keeps, is given to record__end. */
void record__begin(const struct block *b, struct activation *a);
/* Ends it; nothing where it was not begun, has ended, or began before a fork. */
void record__end(const struct block *b, struct activation *a);

/* Calls back for each (thread, block) that has finished hits, in no order. */
void record__each(const void *owner, void (*each)(const struct tally *, void *), void *ctx);

/* Drops what has been recorded for owner (NULL: all). Blocks that are open count as they end. */
void record__clear(const void *owner);

/* Hits that were not recorded as a table was full or memory out. */
uint64_t record__lost(void);

/* A fresh identity for a block. */
uint64_t record__ident(void);

#endif
