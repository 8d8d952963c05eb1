/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two clocks: CLOCK_MONOTONIC, and the ticks that the stub counts by: the processor's time
 * stamp counter (x86-64), or nanoseconds again where the kernel doesn't trust that. Not
 * thread-safe. */
#ifndef BPFPROF_TICKS_H
#define BPFPROF_TICKS_H

#include <stdbool.h>
#include <stdint.h>

uint64_t monotonic__ns(void);  /* CLOCK_MONOTONIC, the clock of the probes, in ns */
uint64_t thread_cpu__ns(void); /* what the calling thread has had of a processor, in ns */

/* Whether ticks are the counter's: the kernel takes it for a clock that is steady and the same on
 * all processors; or it is what KVM's clock is made from, and seen to be so. The first call may
 * visit each processor that the thread may run on, some microseconds each. */
bool ticks__are_tsc(void);

/* Whether the kernel itself says so, in /sys/devices/system/clocksource. */
bool ticks__kernel_lists_tsc(void);

/* The ticks now; and both clocks, of one moment, whoever takes the processor meanwhile. */
uint64_t ticks__now(void);
void ticks__moment(uint64_t *ticks, uint64_t *ns);

/* One moment on both clocks, and the ratio between them. */
struct ticks_clock {
	uint64_t now, now_ns;
	double ns_per_tick;
	double error; /* of ns_per_tick, relative: at most so far off */
};

/* The ratio is measured from here on: before 20 ms are over ticks__clock has to wait for them. */
void ticks__start(void);

/* Both clocks now, and the ratio since ticks__start: the later, the more exact. */
struct ticks_clock ticks__clock(void);

#endif
