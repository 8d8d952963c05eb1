/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The functions whose frames are open, and the line that each frame is at. */
#ifndef BPFPROF_FUNCTIONS_H
#define BPFPROF_FUNCTIONS_H

#include "cpython/frames.h"

#define PY_FUNCTIONS_MAX 65536
#define PY_TEXT_MAX	 (32u << 20)

struct py_function {
	uint64_t code;
	uint32_t file, name; /* in text; name is the qualified one since 3.11 */
	int32_t first_line;
	int32_t at, line; /* the place that was looked up last */
};

/* Shared memory, so that a detached child can fill it; only what is filled takes memory. */
struct py_functions {
	uint32_t n, used;
	struct py_function v[PY_FUNCTIONS_MAX];
	char text[PY_TEXT_MAX]; /* valid UTF-8; at 0, "?" */
};

struct py_functions *py_functions__new(void); /* NULL: out of memory */
void py_functions__free(struct py_functions *all);
/* As py_stacks__warm. */
void py_functions__warm(struct py_functions *all);

/* Reads the function and the line of every frame of s, while the process still stands. A function
 * that cannot be read, or for which there is no room, is "?". */
void py_functions__read(struct py_functions *all, struct py_stacks *s, struct py_live *live);

#endif
