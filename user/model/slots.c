/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Hashes, and the places they lead to. */
#include "model/slots.h"

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

void slots__put(struct slots *s, uint64_t hash, uint32_t row)
{
	size_t i = hash & (s->n - 1);

	while (s->v[i])
		i = (i + 1) & (s->n - 1);
	s->v[i] = row + 1;
}

void slots__size(struct slots *s, size_t n)
{
	free(s->v);
	s->n = n;
	s->v = xcalloc(n, sizeof(*s->v));
}

void slots__forget(struct slots *s)
{
	memset(s->v, 0, s->n * sizeof(*s->v));
}

void slots__grow(struct slots *s, const void *rows, size_t n, size_t bytes,
		 uint64_t (*hash)(const void *row))
{
	if (2 * (n + 1) <= s->n)
		return;
	slots__size(s, 2 * s->n);
	for (size_t i = 0; i < n; i++)
		slots__put(s, hash((const char *)rows + i * bytes), (uint32_t)i);
}

void slots__copy(struct slots *to, const struct slots *from)
{
	slots__size(to, from->n);
	memcpy(to->v, from->v, from->n * sizeof(*from->v));
}
