/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Descriptors whose close takes the kernel long. */
#ifndef BPFPROF_ABANDON_H
#define BPFPROF_ABANDON_H

#include <stdbool.h>

/* Leaves what descriptor fd stands for to the kernel, which gives it up soon, on a thread of its
 * own: neither the caller nor the end of the process waits for that. close_all(of) closes all
 * descriptors of it that we have, fd among them. False: it could not be left; nothing is closed. */
bool abandon__all(int fd, void (*close_all)(void *of), void *of);

/* The same, where fd is the only one. */
bool abandon__fd(int fd);

#endif
