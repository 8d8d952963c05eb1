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

/* Without the GIL: where stops of all threads are waited for, in bytes. */
struct py_world {
	uint16_t version;
	uint32_t state;	    /* in a thread state: until it may go on */
	uint32_t stops;	    /* in an interpreter state: for its threads to stop */
	uint32_t all_stops; /* in _PyRuntime: for those of all interpreters, as a fork does */
};

/* NULL: it has a GIL, or that is not known of its version. */
const struct py_world *py_world__of(const struct interp *in);
/* The addresses of up to max interpreter states into interps. How many there are, which may be more
 * than max. */
size_t py_interps__find(struct py_live *live, uint64_t *interps, size_t max);

#endif
