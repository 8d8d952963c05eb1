/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* FNV-1a (Fowler, Noll, Vo), 64 bits: names for contents, where nobody is out to find two alike. */
#ifndef BPFPROF_HASH_H
#define BPFPROF_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START 0xcbf29ce484222325ull

/* The hash of what h is the hash of, and of n bytes more. */
static inline uint64_t hash__add(uint64_t h, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3ull;
	return h;
}

#endif
