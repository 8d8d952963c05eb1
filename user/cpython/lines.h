/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The line of an instruction: co_lnotab (3.8, 3.9), co_linetable (3.10) and the location table that
 * has that name since 3.11. */
#ifndef BPFPROF_LINES_H
#define BPFPROF_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "cpython/live.h"

#define PY_LINES_MAX (1u << 20) /* bytes of a table that are read */

/* The line that the table of that CPython version (0x030b) gives the instruction `at` bytes from
 * the first; first_line where at is below 0; 0: it has none, or the table is not whole. Pure. */
int32_t py_lines__find(uint16_t version, const void *table, size_t size, int32_t first_line,
		       int32_t at);

/* The same of a live code object. 0 too where it cannot be read. */
int32_t py_lines__of(struct py_live *live, uint64_t code, int32_t at);

#endif
