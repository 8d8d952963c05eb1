/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a thread did when, as the tables hold it. Part of abi.h. */
#ifndef BPFPROF_STRIP_H
#define BPFPROF_STRIP_H

/* What it did: it was blocked, by enum acc_reason, or one of these. */
enum acc_state {
	ACC_STATE_IDLE = ACC_REASONS, /* blocked too, but for want of work */
	ACC_STATE_RUNNABLE,
	ACC_STATE_RUNNING,
	ACC_STATES
};

#define ACC_STATE_ROOM	16u  /* a power of two */
#define ACC_STRIP_BINS	128u /* even */
#define ACC_STRIP_SHIFT 20u  /* of a strip that begins: bins of a millisecond */

/* The life of a thread in bins of 2^shift ns: how long in each it did what. Where the bins are
 * full, they are twice as wide from then on, and half of them are free again.
 *
 * Strips may begin anew while threads run on: in turns, each of which begins at one moment for all
 * threads. A thread then has two, one of which is told while the other, of the turn before, is
 * read. Who switches turns writes the moment first; a thread's first switch after that moment tells
 * the strip before up to it, and begins the other. */
struct acc_strip {
	__u64 from_ns;	/* CLOCK_MONOTONIC; the first bin begins then */
	__u64 until_ns; /* it is told up to then */
	__u64 shift;
	__u64 turn;
	__u64 end_ns;			       /* of the bin in which it has got to; 0: none yet */
	__u64 at;			       /* where that bin begins in ns[] */
	__u64 ns[ACC_STRIP_BINS * ACC_STATES]; /* that of a bin stands together */
};

struct acc_turns {
	__u32 two; /* each thread has two, for turns */
	__u32 now;
	__u64 from_ns[2]; /* when that turn began, by its lowest bit, and the one before */
};

_Static_assert(ACC_STATES <= ACC_STATE_ROOM, "a state is cut to what there may be");

#endif
