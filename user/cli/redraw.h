/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text that is written over what was on a terminal before. */
#ifndef BPFPROF_REDRAW_H
#define BPFPROF_REDRAW_H

#include <stdbool.h>
#include <stddef.h>

/* Takes text, and returns it with what makes the terminal at fd write it over what stood there,
 * from the first line of the screen on: the first time the screen is cleared, later each line is
 * replaced, so that nothing flickers, and what is higher than the screen is cut, but for the last.
 * Where the terminal cannot do that, the text comes back as it was. The result is to be freed.
 * *size: in, the bytes of text; out, those of the result. */
char *redraw(int fd, char *text, size_t *size, bool first, bool last);

#endif
