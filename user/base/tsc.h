/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two clocks: CLOCK_MONOTONIC, and the processor's time stamp counter (x86-64). */
#ifndef BPFPROF_TSC_H
#define BPFPROF_TSC_H

#include <stdbool.h>
#include <stdint.h>

uint64_t monotonic__ns(void); /* CLOCK_MONOTONIC, the clock of the probes, in ns */

static inline uint64_t tsc__now(void)
{
	return __builtin_ia32_rdtsc();
}

/* Whether the kernel takes the counter for a clock: steady, and the same on all processors. */
bool tsc__is_trusted(void);

/* Ticks a second, measured against CLOCK_MONOTONIC from the first call on; the first call takes 20
 * ms, later ones nothing, and are the more exact the later. Not thread-safe. */
uint64_t tsc__per_second(void);

#endif
