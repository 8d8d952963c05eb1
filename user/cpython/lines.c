/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Three formats of one table: each entry says how many bytes of code it covers, and its line. */
#include "cpython/lines.h"

#include <stdlib.h>

#include "base/mem.h"

#define UNIT	    2	 /* bytes of an instruction */
#define NO_LINE	    -128 /* 3.10 */
#define ENTRY	    0x80 /* 3.11: set in the first byte of an entry and in no other */
#define MORE	    0x40 /* 3.11: set in all bytes of a number but the last */
#define NUMBER_BITS 30

/* The kinds of an entry since 3.11 that tell a line; below KIND_LINE_0 it is the one before. */
enum kind { KIND_LINE_0 = 10, KIND_LINE_2 = 12, KIND_NO_COLUMNS, KIND_LONG, KIND_NONE };

struct table {
	const uint8_t *at, *end;
	int64_t line;
};

/* 3.8, 3.9: pairs of how far on in the code, and in the lines. */
static int64_t find_lnotab(struct table *t, int32_t at)
{
	int64_t passed = 0;

	for (; t->end - t->at >= 2; t->at += 2) {
		passed += t->at[0];
		if (passed > at)
			break;
		t->line += (int8_t)t->at[1];
	}
	return t->line;
}

/* 3.10: pairs of the bytes that a line has, and how far it is from the line before. */
static int64_t find_ranges(struct table *t, int32_t at)
{
	int64_t passed = 0;

	for (; t->end - t->at >= 2; t->at += 2) {
		int8_t delta = t->at[1];

		if (delta != NO_LINE)
			t->line += delta;
		passed += t->at[0];
		if (passed > at)
			return delta == NO_LINE ? 0 : t->line;
	}
	return 0;
}

/* A signed number at p: 6 bits a byte, the lowest first, the sign last of all in bit 0. */
static int64_t number(const uint8_t *p, const uint8_t *end)
{
	uint64_t n = 0;

	for (unsigned int bits = 0; p < end && bits <= NUMBER_BITS; bits += 6) {
		n |= (uint64_t)(*p & (MORE - 1)) << bits;
		if (!(*p++ & MORE))
			break;
	}
	return n & 1 ? -(int64_t)(n >> 1) : (int64_t)(n >> 1);
}

static int64_t find_locations(struct table *t, int32_t at)
{
	int64_t passed = 0;

	while (t->at < t->end) {
		unsigned int kind = *t->at >> 3 & 15;

		passed += UNIT * ((*t->at & 7) + 1);
		if (kind == KIND_NO_COLUMNS || kind == KIND_LONG)
			t->line += number(t->at + 1, t->end);
		else if (kind >= KIND_LINE_0 && kind <= KIND_LINE_2)
			t->line += kind - KIND_LINE_0;
		if (passed > at)
			return kind == KIND_NONE ? 0 : t->line;
		do
			t->at++;
		while (t->at < t->end && !(*t->at & ENTRY));
	}
	return 0;
}

int32_t py_lines__find(uint16_t version, const void *table, size_t size, int32_t first_line,
		       int32_t at)
{
	const uint8_t *bytes = table;
	struct table t = {bytes, bytes + size, first_line};
	int64_t line;

	line = at < 0		  ? first_line
	       : version < 0x030a ? find_lnotab(&t, at)
	       : version < 0x030b ? find_ranges(&t, at)
				  : find_locations(&t, at);
	return line > 0 && line <= INT32_MAX ? line : 0;
}

int32_t py_lines__of(struct py_live *live, uint64_t code, int32_t at)
{
	const struct py_layout *l = live->layout;
	uint64_t object;
	int32_t first, line = 0;
	int64_t size;
	void *table;

	if (!py_live__is(live, code, PY_CODE) ||
	    !py_live__int(live, code + l->code_firstlineno, &first) ||
	    !py_live__word(live, code + live->at.code_lines + live->shift, &object))
		return 0;
	size = py_live__bytes(live, object, 0, NULL);
	if (size < 0)
		return 0;
	size = size < PY_LINES_MAX ? size : PY_LINES_MAX;
	table = xcalloc(size + 1, 1);
	if (py_live__bytes(live, object, size, table) >= size)
		line = py_lines__find(l->version, table, size, first, at);
	free(table);
	return line;
}
