/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The names that a program has given its threads, of which the kernel knows 15 characters since
 * 3.14 and nothing before. They are read from outside while the process runs on. Not thread-safe.
 */
#ifndef BPFPROF_NAMES_H
#define BPFPROF_NAMES_H

#include "cpython/live.h"

struct py_names;

/* Of the process of *in, which stays the caller's and is kept; no name is known yet. NULL: it has
 * no Python that can be read, or no memory. */
struct py_names *py_names__new(const struct interp *in);
void py_names__free(struct py_names *names); /* accepts NULL */

/* Learns the names of all threads that the module threading of any interpreter knows now, and of
 * those that it knew before keeps them, also when they or the process have ended. anew: a thread
 * may have been renamed. Accepts NULL. */
void py_names__look(struct py_names *names, bool anew);

/* The name of a thread: by what its pthread_self() returns, or by its number, as we see it. The
 * last that had that number. NULL: none is known. They accept NULL. */
const char *py_names__of_self(const struct py_names *names, uint64_t self);
const char *py_names__of_tid(const struct py_names *names, pid_t tid);

#endif
