/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The locks of a live interpreter: one, or each sub-interpreter's own. Not thread-safe. */
#ifndef BPFPROF_GILS_H
#define BPFPROF_GILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpython/live.h"

/* The addresses of up to max GILs, each once and PY_GIL_BYTES long (cpython/frames.h), into gils.
 * How many there are, which may be more than max; 0: none, as none looks as it should. */
size_t py_gils__find(struct py_live *live, uint64_t *gils, size_t max);

#define PY_WORLD_BYTES 24 /* of an interpreter state, all about stops of its world */

/* Without the GIL: where a thread state and an interpreter state say what is waited for. False: it
 * has one, or that is not known of its version. */
bool py_world__of(const struct interp *in, uint32_t *state, uint32_t *stops);
/* The addresses of up to max interpreter states into interps. How many there are, which may be more
 * than max. */
size_t py_interps__find(struct py_live *live, uint64_t *interps, size_t max);

#endif
