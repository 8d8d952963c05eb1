/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Since when frames are open, by the stacks that a stub keeps in a process which a bpfprof is
 * profiling right now. Read from outside; everything in them is taken for hostile.
 */
#ifndef BPFPROF_TIMES_H
#define BPFPROF_TIMES_H

#include <linux/types.h>

#include "base/ticks.h"
#include "bpfprof/stub.h"
#include "cpython/frames.h"

struct open_time {
	uint64_t ns; /* 0: not known */
	bool before; /* it was open before it was seen: for so long at least */
};

/* Shared memory, so that a detached child can fill it; only what is filled takes memory. */
struct open_times {
	uint64_t base; /* of the stub */
	struct stub_config config;
	struct ticks_clock clock;
	struct open_time v[PY_FRAMES_MAX]; /* by frame */
};

/* For a process whose memory is mem (procmem__open). NULL: nobody keeps stacks in it. */
struct open_times *open_times__new(pid_t pid, int mem);
void open_times__free(struct open_times *t); /* accepts NULL */

/* Looks for the frames of all stacks. of: the times; their process stands still. */
void open_times__read(void *of, struct pages *pages, const struct py_stacks *stacks);

#endif
