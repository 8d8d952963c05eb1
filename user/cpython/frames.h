/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The Python stacks of a live process, read from outside while it stands still: the threads of all
 * its interpreters, and of each the frames that are open. Frames that Python would not show are
 * left out: those that the interpreter itself owns, and those that have not reached their first
 * line.
 */
#ifndef BPFPROF_FRAMES_H
#define BPFPROF_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cpython/live.h"

#define PY_GIL_BYTES   208	  /* all that a thread waits on for the GIL lies in there */
#define PY_DEPTH_MAX   100000	  /* frames read of a thread */
#define PY_THREADS_MAX 32768	  /* threads read of a process */
#define PY_FRAMES_MAX  (4u << 20) /* frames looked at of a process */

struct py_frame {
	uint64_t frame;	   /* its address; of a generator, the same from its start to its end */
	uint64_t code;	   /* its code object's address */
	uint32_t function; /* in py_functions.v, plus one; 0: not known */
	int32_t line;	   /* 0: not known */
	int32_t at;    /* the instruction that it is at, in bytes from the first; -1: not known */
	uint8_t owner; /* 3.11: 0 its thread, 1 a generator or coroutine */
};

enum py_cut {
	PY_CUT_NONE,
	PY_CUT_DEEP,   /* it has more frames than are read */
	PY_CUT_CYCLE,  /* its frames call each other in a circle */
	PY_CUT_BROKEN, /* a frame could not be read */
};

struct py_thread {
	pid_t tid;	 /* 0: no thread of the process has this thread state */
	uint64_t tcb;	 /* its %fs base, what pthread_self() returns; 0 with tid 0 */
	uint64_t tstate; /* its thread state's address */
	uint64_t gil;	 /* address of its GIL, PY_GIL_BYTES long; 0: it has none */
	bool holds_gil;	 /* it was the one that ran Python */
	uint32_t first;	 /* its innermost frame is frames[first] */
	uint32_t n;	 /* and its outermost frames[first + n - 1] */
	uint8_t cut;	 /* enum py_cut: why outer frames are missing */
};

/* Shared memory, so that a detached child can fill it; only what is filled takes memory. */
struct py_stacks {
	uint32_t nthreads, nframes;
	uint32_t looked; /* at frames, those that are not shown too */
	uint8_t cut;	 /* enum py_cut: why threads are missing */
	struct py_thread threads[PY_THREADS_MAX];
	struct py_frame frames[PY_FRAMES_MAX];
};

/* A thread of the process as the kernel has it. */
struct py_native {
	pid_t tid;
	uint64_t tcb; /* %fs base */
};

struct py_stacks *py_stacks__new(void); /* NULL: out of memory */
void py_stacks__free(struct py_stacks *s);

/* Makes memory for some hundred threads and some thousand frames ready, in the process that is to
 * read and before the other is stopped: each first touch costs more than reading a page does. */
void py_stacks__warm(struct py_stacks *s);

/* Reads all stacks anew. The n native threads serve to tell which thread a thread state is of: by
 * its pthread_self(), or else by the number that Python keeps, which is another in a container. */
void py_stacks__read(struct py_stacks *s, struct py_live *live, const struct py_native *natives,
		     size_t n);

#endif
