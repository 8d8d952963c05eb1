/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which thread of ours waits for whom. Each call is for the calling thread, and those that it
 * starts are as it is. */
#ifndef BPFPROF_PRIORITY_H
#define BPFPROF_PRIORITY_H

#include <stdint.h>

/* As the kernel has it, of one thread. */
struct priority {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t real_time;
	uint64_t slice_ns, unused[2];
};

/* Less of a processor where others want it, by as much as nice says; and whoever wakes up has it at
 * once. 0 or -errno. */
int priority__give_way(int by);
/* An ordinary thread of that niceness, whatever its parent is. */
void priority__be(int nice);
/* Before all others, as somebody stands still until the work is done, and back; started threads and
 * processes are ordinary. Without the right it takes its turn like everybody. */
void priority__hurry(struct priority *before);
void priority__as_before(const struct priority *before);

#endif
