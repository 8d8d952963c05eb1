/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The names that a program has given its threads, which the kernel does not know before 3.14. */
#ifndef BPFPROF_NAMES_H
#define BPFPROF_NAMES_H

#include "cpython/live.h"

struct py_name {
	uint64_t ident; /* of the thread: what pthread_self() returns, its %fs base */
	char *name;	/* valid UTF-8 */
};

/* The threads that the module threading of any interpreter knows, by ident; *n of them. NULL where
 * there are none, or they cannot be read. The process may run on. */
struct py_name *py_names__read(struct py_live *live, size_t *n);
const char *py_names__find(const struct py_name *names, size_t n, uint64_t ident); /* NULL: none */
void py_names__free(struct py_name *names, size_t n);

#endif
