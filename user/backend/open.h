/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is open in a process as it is attached to: its stacks are read while it stands still, so
 * that what is blocked or loops has its time, and every call its caller. Not thread-safe.
 */
#ifndef BPFPROF_OPEN_H
#define BPFPROF_OPEN_H

#include "cpython/identity.h"
#include "probe/steps.h"

struct inject;
struct open_stacks;

/* NULL: out of memory, or nothing can be open. */
struct open_stacks *open_stacks__new(struct placement *at, enum py_identity_by by);
void open_stacks__free(struct open_stacks *o); /* accepts NULL */

/* Reads the stacks, and counts their frames as open from now on. stopped: all threads, which stand
 * still; NULL: this process is going to do that, and is to be quick then. */
void open_stacks__take(void *open_stacks, const struct inject *stopped);

/* The same for a process that nothing else has to stop; begin(at) is called while it stands still,
 * or where it cannot be stopped. */
void open_stacks__stop_and_take(struct open_stacks *o, void (*begin)(struct placement *at));

/* When the process runs again: the rest, and what -v says. */
void open_stacks__done(struct open_stacks *o);

#endif
