/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rows of an array found by a hash of theirs. Private to the profile. */
#ifndef BPFPROF_BUCKETS_H
#define BPFPROF_BUCKETS_H

#include <stddef.h>
#include <stdint.h>

/* Open addressing from a hash to a row number plus one; grown at half load. */
struct buckets {
	uint32_t *v;
	size_t n; /* power of two */
};

#define BUCKETS_FIRST 64 /* to begin with */

uint64_t hash__mix(uint64_t h, uint64_t x);
uint64_t hash__text(uint64_t h, const char *s);

void buckets__size(struct buckets *s, size_t n); /* empty */
void buckets__put(struct buckets *s, uint64_t hash, uint32_t row);
void buckets__forget(struct buckets *s);
/* Room for one row more than the n of these bytes each that are there. */
void buckets__grow(struct buckets *s, const void *rows, size_t n, size_t bytes,
		   uint64_t (*hash)(const void *row));
void buckets__copy(struct buckets *to, const struct buckets *from);

#endif
