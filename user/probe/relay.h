/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tracepoints of several sessions at a time, so that a switch of a thread of the machine costs
 * the same however many there are. Not thread-safe.
 */
#ifndef BPFPROF_RELAY_H
#define BPFPROF_RELAY_H

#include <stdbool.h>

#include "probe/session.h"

struct relay;

/* io: of reads and writes too. NULL: this kernel has none, and each session has its own. */
struct relay *relay__open(bool io);
void relay__close(struct relay *r); /* no session shares it; accepts NULL */

/* Has a session that watches nobody share it, if it can; which otherwise has its own, as if r is
 * NULL. */
void session__share(struct session *s, struct relay *r);

#endif
