/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The three standard descriptors, which whoever started us may have closed. */
#ifndef BPFPROF_STD_H
#define BPFPROF_STD_H

#include <stdbool.h>

/* First of all: takes the numbers of those that are closed, so that no file of ours gets them and
 * is then taken for stdout. A program started later finds them closed, as we did. */
void std__hold(void);
/* Whether descriptor fd, 0 to 2, was closed as we were started. */
bool std__was_closed(int fd);

#endif
