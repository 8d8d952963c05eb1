/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Nanoseconds, steady, from an origin of no meaning. Not thread-safe: the GIL serialises. */
#ifndef BPFPROF_PYTHON_CLOCK_H
#define BPFPROF_PYTHON_CLOCK_H

#include <stdint.h>

#include "arch/cpu.h"
#include "base/ticks.h"

/* The counter as a straight line: nanoseconds at a tick, and 2^32 times those of one tick. */
struct clock_line {
	uint64_t tsc, ns;
	uint64_t slope; /* 0: the counter is not to be trusted */
};

extern struct clock_line clock_line;

/* Takes a millisecond where the counter serves. */
void clock__open(void);

/* Bends the line at this moment to what has been measured since the opening: it stays continuous,
 * and gets the more exact the longer the process runs. */
void clock__refine(void);

/* The time now, in ns. */
static inline uint64_t clock__now(void)
{
	if (__builtin_expect(!clock_line.slope, 0))
		return monotonic__ns();
	return clock_line.ns +
	       (uint64_t)(((unsigned __int128)(cpu__ticks() - clock_line.tsc) * clock_line.slope) >>
			  32);
}

#endif
