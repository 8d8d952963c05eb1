/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The locks of a live interpreter: one, or each sub-interpreter's own. Not thread-safe. */
#ifndef BPFPROF_GILS_H
#define BPFPROF_GILS_H

#include <stddef.h>
#include <stdint.h>

#include "cpython/live.h"

/* The addresses of up to max GILs, each once and PY_GIL_BYTES long (cpython/frames.h), into gils.
 * How many there are, which may be more than max; 0: none, as none looks as it should. */
size_t py_gils__find(struct py_live *live, uint64_t *gils, size_t max);

#endif
