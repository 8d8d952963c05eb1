/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A copy of tables that the profiled process, or BPF programs for it, go on writing. Takes no lock
 * and makes no system call; what it reads may be torn, so its figures are those of some moment of
 * the copying, each for itself, and a frame counts as open where two looks found it.
 */
#ifndef BPFPROF_SNAPSHOT_H
#define BPFPROF_SNAPSHOT_H

#include <linux/types.h>

struct tables;
struct table_sizes;
struct known_codes;

/* Room for copies of tables of that size; the names are not copied, as they don't change. */
void snapshot__alloc(struct tables *copy, const struct table_sizes *size);
void snapshot__free(struct tables *copy); /* fine on a zeroed one */

/* What is known of its codes (tables.h) is not copied again. */
void snapshot__figures(const struct tables *live, const struct known_codes *known,
		       struct tables *copy);
/* After these, the frames that are open and were entered by now, in ticks of the tables. */
void snapshot__stacks(const struct tables *live, struct tables *copy, __u64 now);
/* After those: what a thread comes back from is told before it is no more away. */
void snapshot__strips(const struct tables *live, struct tables *copy);

#endif
