/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a report goes. A profile that was measured is never lost: where the chosen place can't
 * take it, it is stored elsewhere and the user told where. */
#ifndef BPFPROF_OUTPUT_H
#define BPFPROF_OUTPUT_H

#include "cli/opts.h"

/* Checks, before anything is measured, that the output can be written. 0 or -1 after err(). */
int output__check(const struct opts *o);

/* Writes the report of p. 0 or -1 after err(). */
int output__write(const struct opts *o, const struct profile *p);

#endif
