/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All Python stacks of a live process at one moment, for which it is stopped. */
#ifndef BPFPROF_MOMENT_H
#define BPFPROF_MOMENT_H

#include "cpython/functions.h"
#include "process/others.h"

/* A thread as the kernel has it. */
struct moment_thread {
	pid_t tid;
	long nr;      /* the system call that it is in; -1: none */
	bool waits;   /* in that call */
	uint64_t arg; /* the call's first */
};

struct py_moment {
	uint32_t nnatives;
	struct moment_thread natives[PY_THREADS_MAX]; /* by tid */
	uint64_t stopped_ns;			      /* how long the process stood still */
	char why[OTHERS_WHY];
	struct py_stacks *stacks;
	struct py_functions *functions;
	/* What else is to be read, while it stands; NULL: nothing. */
	void (*also)(void *of, struct pages *pages, const struct py_stacks *stacks);
	void *of;
};

struct py_moment *py_moment__new(void); /* NULL: out of memory */
void py_moment__free(struct py_moment *m);

/* Stops the process of *in, whose memory is mem (procmem__open), reads, and lets it go; it goes on
 * too where this process is killed meanwhile. 0, or -1 with m->why: what failed, and what to do. */
int py_moment__take(struct py_moment *m, const struct interp *in, int mem);

/* The thread of that number; NULL: none. */
const struct moment_thread *py_moment__native(const struct py_moment *m, pid_t tid);

#endif
