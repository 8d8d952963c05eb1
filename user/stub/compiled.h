/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What threads were told that may run what the JIT has compiled. */
#ifndef BPFPROF_STUB_COMPILED_H
#define BPFPROF_STUB_COMPILED_H

#include "follow.h"

/* The thread has left what the JIT has compiled, if it was in it. */
COLD static void has_looked_up(__u64 tstate)
{
	if (AT(tstate, config.tstate_breaker) & STUB_LOOK_UP)
		__atomic_fetch_and((__u64 *)(tstate + config.tstate_breaker), ~(__u64)STUB_LOOK_UP,
				   __ATOMIC_RELAXED);
}

/* bpfprof is gone, and cannot take back what it told threads that have run no function since. Those
 * of this interpreter: states come and go with its GIL held, or come at the head of the list. */
COLD static void none_looks_up(__u64 tstate)
{
	__u64 at = AT(tstate, config.tstate_interp) + state.interp_threads, each;

	for (each = *(const __u64 *)at; each; each = AT(each, state.tstate_next))
		has_looked_up(each);
}

#endif
