/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Libraries that are loaded where they are needed first, by their header's names. */
#ifndef BPFPROF_LIBRARY_H
#define BPFPROF_LIBRARY_H

#include <stddef.h>

struct library_function {
	const char *name;
	void **to; /* filled in */
};

/* Loads the library, which stays. NULL, or why it could not be, until the next dlopen. */
const char *library__load(const char *file, const struct library_function *functions, size_t n);

#endif
