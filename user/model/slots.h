/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rows of an array found by a hash of theirs. Private to the profile. */
#ifndef BPFPROF_SLOTS_H
#define BPFPROF_SLOTS_H

#include <stddef.h>
#include <stdint.h>

/* Open addressing from a hash to a row number plus one; grown at half load. */
struct slots {
	uint32_t *v;
	size_t n; /* power of two */
};

#define SLOTS_FIRST 64 /* to begin with */

uint64_t hash__mix(uint64_t h, uint64_t x);
uint64_t hash__text(uint64_t h, const char *s);

void slots__size(struct slots *s, size_t n); /* empty */
void slots__put(struct slots *s, uint64_t hash, uint32_t row);
void slots__forget(struct slots *s);
/* Room for one row more than the n of these bytes each that are there. */
void slots__grow(struct slots *s, const void *rows, size_t n, size_t bytes,
		 uint64_t (*hash)(const void *row));
void slots__copy(struct slots *to, const struct slots *from);

#endif
