/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Single values of CPython's marshal format: numbers, texts, and references to what was read
 * before. Whoever reads knows what is to come; anything else ends the reading. */
#ifndef BPFPROF_UNMARSHAL_H
#define BPFPROF_UNMARSHAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNMARSHAL_MARK 0x80 /* beside a type: the object gets the next number */

struct value {
	/* KEY is what the reader makes of a tuple; UNFINISHED is still being read */
	enum value_kind { UNFINISHED, NUMBER, REAL, TEXT, KEY } kind;
	union {
		int64_t number;
		double real;
		const char *text; /* as profiles have it; lives as long as the unmarshal */
		size_t key;
	};
};

struct unmarshal {
	const unsigned char *at, *end;
	const char *why; /* it cannot be read; NULL: it could so far */
	struct value *marked;
	size_t nmarked;
	char **texts;
	size_t ntexts;
};

/* False, and the first reason is kept. */
bool unmarshal__fail(struct unmarshal *r, const char *why);

/* A little-endian number of so many bytes, 8 at most. */
bool unmarshal__take(struct unmarshal *r, size_t bytes, uint64_t *v);

/* The type of the next object. *mark is its number, for unmarshal__finish once it is read. */
bool unmarshal__type(struct unmarshal *r, char *type, size_t *mark);
void unmarshal__finish(struct unmarshal *r, size_t mark, const struct value *v);

/* A single value of that kind, or a reference to one. */
bool unmarshal__value(struct unmarshal *r, enum value_kind kind, struct value *v);

void unmarshal__free(struct unmarshal *r);

#endif
