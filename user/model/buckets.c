/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Hashes, and the buckets they lead to. */
#include "model/buckets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

uint64_t hash__mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0xff51afd7ed558ccdull;
	return h ^ (h >> 32);
}

uint64_t hash__text(uint64_t h, const char *s)
{
	while (*s)
		h = hash__mix(h, (unsigned char)*s++);
	return hash__mix(h, 256);
}

void buckets__put(struct buckets *s, uint64_t hash, uint32_t row)
{
	size_t i = hash & (s->n - 1);

	while (s->v[i])
		i = (i + 1) & (s->n - 1);
	s->v[i] = row + 1;
}

void buckets__size(struct buckets *s, size_t n)
{
	free(s->v);
	s->n = n;
	s->v = xcalloc(n, sizeof(*s->v));
}

void buckets__forget(struct buckets *s)
{
	memset(s->v, 0, s->n * sizeof(*s->v));
}

void buckets__grow(struct buckets *s, const void *rows, size_t n, size_t bytes,
		   uint64_t (*hash)(const void *row))
{
	if (2 * (n + 1) <= s->n)
		return;
	buckets__size(s, 2 * s->n);
	for (size_t i = 0; i < n; i++)
		buckets__put(s, hash((const char *)rows + i * bytes), (uint32_t)i);
}

void buckets__copy(struct buckets *to, const struct buckets *from)
{
	buckets__size(to, from->n);
	memcpy(to->v, from->v, from->n * sizeof(*from->v));
}
