/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* sched_setattr, which the C library has only lately. */
#include "base/priority.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 6.12 and later: who wakes up and wants a shorter one is not made to wait for the end of
 * this. The longest that the kernel takes. */
#define LONG_SLICE_NS 100000000

static int set(struct priority p)
{
	p.size = sizeof(p);
	return syscall(SYS_sched_setattr, 0, &p, 0) ? -errno : 0;
}

/* By this alone where a sandbox knows no other. */
static int set_nice(int nice)
{
	return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), nice) ? -errno : 0;
}

int priority__give_way(int by)
{
	const int wanted = getpriority(PRIO_PROCESS, 0) + by, nice = wanted < 19 ? wanted : 19;

	if (!set((struct priority){.policy = SCHED_BATCH, .nice = nice, .slice_ns = LONG_SLICE_NS}))
		return 0;
	return set_nice(nice);
}

void priority__be(int nice)
{
	if (set((struct priority){.policy = SCHED_OTHER, .nice = nice}))
		set_nice(nice);
}

void priority__hurry(struct priority *before)
{
	*before = (struct priority){0};
	if (!syscall(SYS_sched_getattr, 0, before, sizeof(*before), 0))
		set((struct priority){
			.policy = SCHED_FIFO, .flags = SCHED_FLAG_RESET_ON_FORK, .real_time = 1});
}

/* Who may not raise priorities may be allowed a real time one (RLIMIT_RTPRIO), and leave it again,
 * but not that the flag goes. */
void priority__as_before(const struct priority *before)
{
	struct priority flagged = *before;

	if (!before->size || !set(*before))
		return;
	flagged.flags |= SCHED_FLAG_RESET_ON_FORK;
	set(flagged);
}
