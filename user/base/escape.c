/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A table of what is escaped where, and one of how. */
#include "base/escape.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define ESCAPE_BYTES 6 /* "\u202e" */

enum { TERMINAL = 1 << ESCAPE_TERMINAL, CSV = 1 << ESCAPE_CSV, JSON = 1 << ESCAPE_JSON };

static const struct {
	uint32_t first, last;
	unsigned int where;
} ranges[] = {
	{0x0001, 0x001f, TERMINAL},
	{0x0001, 0x0008, CSV},
	{0x000b, 0x000c, CSV},
	{0x000e, 0x001f, CSV},
	{0x007f, 0x009f, TERMINAL | CSV | JSON},
	{0x061c, 0x061c, TERMINAL | CSV | JSON}, /* marks of direction, and their orders */
	{0x200b, 0x200f, TERMINAL | CSV | JSON}, /* with what takes no room */
	{0x2028, 0x202e, TERMINAL | CSV | JSON},
	{0x2060, 0x2069, TERMINAL | CSV | JSON},
	{0xfeff, 0xfeff, TERMINAL | CSV | JSON},
};

static const struct {
	const char *narrow, *wide; /* below 0x100, and above */
} styles[] = {
	[ESCAPE_TERMINAL] = {"\\x%02x", "\\u%04x"},
	[ESCAPE_CSV] = {"\\x%02x", "\\u%04x"},
	[ESCAPE_JSON] = {"\\u%04x", "\\u%04x"},
};

static int is_order(uint32_t c, enum escape_for where)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			if (ranges[i].where >> where & 1)
				return 1;
	}
	return 0;
}

char *escaped(const char *text, enum escape_for where)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t left = strlen(text);
	char *out = xcalloc(left + 1, ESCAPE_BYTES), *to = out;

	while (left) {
		uint32_t c = *at;
		size_t n = utf8_sequence(at, left, &c), taken = n ? n : 1;

		if (!n || is_order(c, where)) {
			c = n ? c : *at;
			to += sprintf(to, c < 0x100 ? styles[where].narrow : styles[where].wide, c);
		} else {
			memcpy(to, at, n);
			to += n;
		}
		at += taken;
		left -= taken;
	}
	return out;
}
