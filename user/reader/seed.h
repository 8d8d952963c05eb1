/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is open as counting begins: the stacks of the interpreter, put into tables that nobody
 * writes yet, so that a thread that makes no call has its time and every call its caller.
 */
#ifndef BPFPROF_SEED_H
#define BPFPROF_SEED_H

#include "cpython/frames.h"
#include "cpython/identity.h"
#include "reader/tables.h"

/* How the pid namespace of bpfprof and the initial one number threads; n is 0 where it is the same.
 */
struct numbers {
	struct acc_numbers *v;
	size_t n;
};

/* The stacks and the moment from which on their time counts. */
struct seed {
	const struct py_stacks *stacks;
	struct py_live *live; /* their process, which stands still */
	enum py_identity_by by;
	struct numbers numbers; /* the tables' are those outside */
	uint64_t now;		/* in the unit of the tables */
	uint64_t now_ns;	/* CLOCK_MONOTONIC */
};

/* Where a thread is found again: its entry, or 0. */
typedef __u32 (*seed_entry)(void *of, const struct py_thread *thread);

/* Opens the frames of every thread that has some, the outermost first: no call is counted. What
 * there is no room for is counted as lost. How many threads. */
uint32_t tables__seed(struct tables *t, const struct seed *seed, seed_entry entry, void *of);

/* The same for tables that hold stacks and nothing else. */
uint32_t tables__seed_stacks(struct tables *t, const struct seed *seed, seed_entry entry, void *of);

/* The entry of a thread in tables that are searched by TCB, of being struct tables. */
__u32 tables__thread_of_tcb(void *of, const struct py_thread *thread);
/* The next entry in tables where threads are numbered, likewise. */
__u32 tables__next_thread(void *of, const struct py_thread *thread);

/* Names the first n rows as the kernel has their threads now; pid is these threads'. */
void tables__name_rows(struct tables *t, int pid, const struct numbers *numbers, uint32_t n);

#endif
