/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Descriptors whose close takes the kernel long. */
#ifndef BPFPROF_ABANDON_H
#define BPFPROF_ABANDON_H

#include <stdbool.h>

/* Leaves descriptor fd to the kernel, which closes it soon, on a thread of its own: neither the
 * caller nor the end of the process waits for that. False: it could not be left, and is still the
 * caller's. */
bool abandon__fd(int fd);

#endif
