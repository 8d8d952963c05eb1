/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text that is written over what was on a terminal before. */
#ifndef BPFPROF_REDRAW_H
#define BPFPROF_REDRAW_H

#include <stdbool.h>
#include <stddef.h>

/* text, which is freed, as it fills the screen of the terminal at fd from its first line on, what
 * stood there before gone: all of the screen the first time, and without a flicker later. Unchanged
 * where the terminal can do no such thing. To be freed; *size is that of both. */
char *redraw(int fd, char *text, size_t *size, bool first);

#endif
