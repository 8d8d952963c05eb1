/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Single values of CPython's marshal format. Objects that stand in several places are written once,
 * marked, and then referred to by number. */
#include "report/unmarshal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define NAME_MOST (1u << 20) /* bytes of a text */

bool unmarshal__fail(struct unmarshal *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

bool unmarshal__take(struct unmarshal *r, size_t n, uint64_t *v)
{
	if ((size_t)(r->end - r->at) < n)
		return unmarshal__fail(r, "it is cut off");
	*v = 0;
	for (size_t i = 0; i < n; i++)
		*v |= (uint64_t)*r->at++ << 8 * i;
	return true;
}

static bool read_int(struct unmarshal *r, struct value *v, size_t bytes)
{
	uint64_t n;

	if (!unmarshal__take(r, bytes, &n))
		return false;
	*v = (struct value){NUMBER, .number = (int32_t)n};
	return true;
}

/* A count of 15-bit digits, which has the sign, and the digits. */
static bool read_long(struct unmarshal *r, struct value *v, size_t bytes)
{
	uint64_t digits, digit, n = 0;

	if (!unmarshal__take(r, bytes, &digits))
		return false;
	if (digits > 4)
		return unmarshal__fail(r, "a number in it is out of range");
	for (unsigned int i = 0; i < digits; i++) {
		if (!unmarshal__take(r, 2, &digit))
			return false;
		n |= (digit & 0x7fff) << 15 * i;
	}
	*v = (struct value){NUMBER, .number = n};
	return true;
}

static bool read_real(struct unmarshal *r, struct value *v, size_t bytes)
{
	uint64_t bits;

	if (!unmarshal__take(r, bytes, &bits))
		return false;
	v->kind = REAL;
	memcpy(&v->real, &bits, sizeof(bits));
	return true;
}

/* A character of UTF-8 as Python's marshal writes it, lone surrogates among them. */
static size_t character(const unsigned char *s, size_t left, uint32_t *c)
{
	if (left >= 3 && s[0] == 0xed && (s[1] & 0xe0) == 0xa0 && (s[2] & 0xc0) == 0x80) {
		*c = 0xd000 | (s[1] & 0x3f) << 6 | (s[2] & 0x3f);
		return 3;
	}
	return utf8_sequence(s, left, c);
}

/* The text of size bytes, in the form that profiles have. NULL: it is none. */
static char *text_of(const unsigned char *s, size_t size)
{
	uint32_t *points = xcalloc(size + 1, sizeof(*points));
	size_t n = 0, bytes = 1;
	char *text = NULL;

	for (size_t at = 0; at < size && bytes; at += bytes)
		bytes = character(s + at, size - at, &points[n++]);
	if (bytes)
		text = utf8_from(points, n * sizeof(*points), sizeof(*points));
	free(points);
	return text;
}

static bool read_text(struct unmarshal *r, struct value *v, size_t bytes)
{
	uint64_t size;
	char *text;

	if (!unmarshal__take(r, bytes, &size))
		return false;
	if (size > (size_t)(r->end - r->at))
		return unmarshal__fail(r, "it is cut off");
	if (size > NAME_MOST)
		return unmarshal__fail(r, "a name in it is longer than 1 MiB");
	text = text_of(r->at, size);
	if (!text)
		return unmarshal__fail(r, "a name in it is no text");
	*ARR_PUSH(r->texts, r->ntexts) = text;
	r->at += size;
	*v = (struct value){TEXT, .text = text};
	return true;
}

static bool read_reference(struct unmarshal *r, struct value *v, size_t bytes)
{
	uint64_t i;

	if (!unmarshal__take(r, bytes, &i))
		return false;
	if (i >= r->nmarked || r->marked[i].kind == UNFINISHED)
		return unmarshal__fail(r, "a reference in it leads nowhere");
	*v = r->marked[i];
	return true;
}

/* By the type's letter; bytes is the size of what comes first. */
static const struct {
	char type;
	size_t bytes;
	bool (*read)(struct unmarshal *r, struct value *v, size_t bytes);
} types[] = {
	{'i', 4, read_int},  {'l', 4, read_long},      {'g', 8, read_real}, {'u', 4, read_text},
	{'t', 4, read_text}, {'a', 4, read_text},      {'A', 4, read_text}, {'z', 1, read_text},
	{'Z', 1, read_text}, {'r', 4, read_reference},
};

#define NO_MARK SIZE_MAX

bool unmarshal__type(struct unmarshal *r, char *type, size_t *mark)
{
	uint64_t c;

	if (!unmarshal__take(r, 1, &c))
		return false;
	*type = c & ~UNMARSHAL_MARK;
	*mark = c & UNMARSHAL_MARK ? r->nmarked : NO_MARK;
	if (c & UNMARSHAL_MARK)
		ARR_PUSH(r->marked, r->nmarked);
	return true;
}

void unmarshal__finish(struct unmarshal *r, size_t mark, const struct value *v)
{
	if (mark != NO_MARK)
		r->marked[mark] = *v;
}

bool unmarshal__value(struct unmarshal *r, enum value_kind kind, struct value *v)
{
	size_t mark, i = 0;
	char type;

	if (!unmarshal__type(r, &type, &mark))
		return false;
	while (i < sizeof(types) / sizeof(*types) && types[i].type != type)
		i++;
	if (i == sizeof(types) / sizeof(*types))
		return unmarshal__fail(r, "it holds something else than cProfile's figures");
	if (!types[i].read(r, v, types[i].bytes))
		return false;
	if (v->kind != kind)
		return unmarshal__fail(r, "it holds something else than cProfile's figures");
	unmarshal__finish(r, mark, v);
	return true;
}

void unmarshal__free(struct unmarshal *r)
{
	for (size_t i = 0; i < r->ntexts; i++)
		free(r->texts[i]);
	free(r->texts);
	free(r->marked);
}
