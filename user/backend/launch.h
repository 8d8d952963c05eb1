/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A command, started and held as soon as it can be profiled. */
#ifndef BPFPROF_LAUNCH_H
#define BPFPROF_LAUNCH_H

#include <stdbool.h>

struct interp;
struct spawn;

/* Starts argv and follows its execs until it is a Python interpreter, which is left stopped with
 * nothing of Python run; or, with markers, until it has markers (interp__none). Fills *in. 0; -1
 * after one line of err(). */
int launch__start(struct spawn *sp, char *const argv[], struct interp *in, bool markers);

/* Starts argv likewise, and leaves it stopped as soon as it is a program at all, with nothing of
 * that run. */
int launch__start_any(struct spawn *sp, char *const argv[]);

#endif
