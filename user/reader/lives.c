/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Coroutines from start to end, of the tables. */
#include "model/profile.h"
#include "reader/parts.h"

static __s64 duration(const struct ticks_clock *c, __u64 ticks)
{
	__s64 ns = length__of(c, ticks);

	return ns > 0 ? ns : 0;
}

struct prof_life life__of(const struct tables *t, size_t edge, const struct ticks_clock *clock)
{
	static const struct acc_life none;
	const struct acc_life *life = edge < t->size.lives ? &t->lives[edge] : &none;

	return (struct prof_life){
		.begun = prof_count(life->begun),
		.ended = prof_count(life->ended),
		.raised = prof_count(life->raised),
		.late = prof_count(life->late),
		.unseen = prof_count(life->unseen),
		.elapsed_ns = duration(clock, life->elapsed_ticks),
		.running_ns = duration(clock, life->running_ticks),
		.awaiting_ns = duration(clock, life->awaiting_ticks),
	};
}
