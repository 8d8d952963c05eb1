/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The word of each thread state by which the interpreter is told to look up from the code that it
 * runs (eval_breaker; 3.13 on).
 */
#ifndef BPFPROF_BREAKERS_H
#define BPFPROF_BREAKERS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpython/interp.h"

/* The list of an interpreter's threads: where it has the first, and each the next, in bytes. */
struct py_breakers_list {
	uint32_t interp_threads, tstate_next;
};

/* Sets or clears bits of it in all threads of a live process, whose memory is mem (procmem__open),
 * and which stands still. list, unless NULL: where they are. NULL, or why not (static text). Not
 * thread-safe. */
const char *py_breakers__write(const struct interp *in, int mem, uint64_t bits, bool set,
			       struct py_breakers_list *list);

#endif
