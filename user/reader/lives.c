/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Coroutines from start to end, of the tables. */
#include <errno.h>
#include <unistd.h>

#include "model/profile.h"
#include "process/procmem.h"
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

/* mem: -1 where the process is gone. */
static bool is_gone(const struct stands_yield *yields, int mem, __u64 frame)
{
	return mem < 0 || !stands__yields(yields, mem, frame);
}

void lives__add_gone(const struct tables *live, const struct stands_yield *yields, pid_t pid,
		     struct acc_life *lives)
{
	const bool some = live->size.lives > 1 && (yields->first || yields->last);
	int mem = some ? procmem__open(pid) : -EPERM;

	for (__u32 i = 1;
	     (mem >= 0 || mem == -ENOENT || mem == -ESRCH) && i < live->size.coroutines; i++) {
		const __u64 frame = ONCE(live->coroutine_frames[i].pyframe);
		const struct acc_coroutine *c = &live->coroutines[i];
		const __u32 edge = ONCE(c->edge);

		if (frame && ONCE(c->in) == ACC_IN_OTHER && !ONCE(c->late) &&
		    edge < live->size.lives && is_gone(yields, mem, frame))
			lives[edge].unseen++;
	}
	if (mem >= 0)
		close(mem);
}
