/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Dictionaries and attributes of a live interpreter's objects, read as they lie in memory. The
 * process need not stand still: what changes meanwhile may be missed or come out wrong, as text or
 * as nothing, and no more than that.
 */
#ifndef BPFPROF_DICTS_H
#define BPFPROF_DICTS_H

#include "cpython/live.h"

#define PY_DICT_MAX (1u << 20) /* entries looked at */

/* The entries of one dictionary. */
struct py_entries {
	uint64_t first;	 /* address of the first */
	uint64_t n;	 /* those that were deleted too */
	uint32_t stride; /* bytes from one to the next */
	uint32_t key;	 /* in an entry: the key; the value follows it */
	uint64_t values; /* where the values are, if not in the entries; or 0 */
};

/* False where the object is no dict, or is not whole. */
bool py_dict__open(struct py_live *live, uint64_t dict, struct py_entries *e);
/* The i-th entry; false: there is none (any more). */
bool py_dict__entry(const struct py_live *live, const struct py_entries *e, uint64_t i,
		    uint64_t *key, uint64_t *value);
/* The value of a key in ASCII; 0: none. */
uint64_t py_dict__find(struct py_live *live, uint64_t dict, const char *key);

/* An attribute of an instance of a Python class, set on the instance itself; 0: none. */
uint64_t py_object__attribute(struct py_live *live, uint64_t object, const char *name);
/* A module's global; 0: none. */
uint64_t py_module__global(struct py_live *live, uint64_t module, const char *name);

/* The value of an int from 0 to 2^60 - 1; false: it is none of them. */
bool py_int__value(struct py_live *live, uint64_t object, uint64_t *value);

#endif
