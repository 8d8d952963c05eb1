/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What every file of the stub stands on: its constants, its state, its clock. */
#ifndef BPFPROF_STUB_PRELUDE_H
#define BPFPROF_STUB_PRELUDE_H

#include <linux/types.h>

#include "arch/cpu.h"
#include "bpfprof/stub.h"

#define HIDDEN	   __attribute__((visibility("hidden")))
#define COLD	   __attribute__((noinline, cold))
#define APART	   __attribute__((noinline)) /* has the registers to itself */
#define ALWAYS	   static inline __attribute__((always_inline))
#define RARE(x)	   __builtin_expect(!!(x), 0)
#define AT(p, o)   (*(const __u64 *)((p) + (o)))
#define AT32(p, o) (*(const __u32 *)((p) + (o)))

extern const struct stub_config config HIDDEN;
extern struct stub_state state HIDDEN;
extern struct stub_paths paths HIDDEN;
extern struct stub_cfuncs cfuncs HIDDEN;
extern const struct stub_head stub_head HIDDEN;

/* Calls a function of the process's. */
HIDDEN __u64 stub_call(__u64 function, __u64 a, __u64 b);

/* CLOCK_MONOTONIC in ns, by the vDSO. */
COLD static __u64 vdso_ticks(void)
{
	volatile __u64 time[2];

	stub_call(config.vdso_clock, 1 /* CLOCK_MONOTONIC */, (__u64)time);
	return time[0] * 1000000000ull + time[1];
}

/* The stub's clock: the time stamp counter, or where the kernel doesn't trust that, nanoseconds. */
ALWAYS __u64 ticks(void)
{
	return RARE(config.vdso_clock) ? vdso_ticks() : cpu__ticks();
}

#define PAGE 4096ul

/* Whether bpfprof has said something within the last two seconds. */
ALWAYS int alive(void)
{
	return ticks() < *(volatile __u64 *)&state.deadline;
}

/* Whether a page can be read, asked of the kernel: rt_sigprocmask reads the set before it refuses
 * the unknown operation. Lets the main thread's stack grow down to there, as a use of it would. */
static inline int readable(__u64 page)
{
	return cpu__syscall(__NR_rt_sigprocmask, -1, page, 0, 8) == -22 /* EINVAL */;
}

#endif
