/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The source of a function in the user's editor. */
#ifndef BPFPROF_TOP_SOURCE_H
#define BPFPROF_TOP_SOURCE_H

#include <stdint.h>

/* Opens the file, as the process pid names it, at that line in $VISUAL, $EDITOR or vi, on the
 * terminal, and waits for the end of it. NULL, or why it was not. */
const char *top_source__open(uint32_t pid, const char *file, uint32_t line);

#endif
