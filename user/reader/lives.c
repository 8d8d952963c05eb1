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

#define COUNT_OF(name) .name = prof_count(life->name),
#define TIME_OF(name)  .name##_ns = duration(clock, life->name##_ticks),
	return (struct prof_life){PROF_LIFE_MEMBERS(COUNT_OF, TIME_OF)};
}
