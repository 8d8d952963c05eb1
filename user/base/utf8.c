/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Encoding into valid UTF-8. Pure. */
#include "base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define ESCAPE_MAX 10 /* "\U0011ffff" */

static char *put(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = c;
	} else if (c < 0x800) {
		*out++ = 0xc0 | c >> 6;
		*out++ = 0x80 | (c & 63);
	} else if (c < 0x10000) {
		*out++ = 0xe0 | c >> 12;
		*out++ = 0x80 | (c >> 6 & 63);
		*out++ = 0x80 | (c & 63);
	} else {
		*out++ = 0xf0 | c >> 18;
		*out++ = 0x80 | (c >> 12 & 63);
		*out++ = 0x80 | (c >> 6 & 63);
		*out++ = 0x80 | (c & 63);
	}
	return out;
}

static char *put_code_point(char *out, uint32_t c)
{
	if (!c)
		return out + sprintf(out, "\\x00");
	if (c >= 0xd800 && c < 0xe000)
		return out + sprintf(out, "\\u%04x", c);
	if (c > 0x10ffff)
		return out + sprintf(out, "\\U%08x", c);
	return put(out, c);
}

size_t utf8_sequence(const unsigned char *p, size_t left, uint32_t *c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = *p < 0x80   ? 1
		   : *p < 0xc2 ? 0
		   : *p < 0xe0 ? 2
		   : *p < 0xf0 ? 3
		   : *p < 0xf5 ? 4
			       : 0;

	if (n > left)
		return 0;
	*c = n > 1 ? *p & (0xff >> (n + 1)) : *p;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	if (n && (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000)))
		return 0;
	return n;
}

static char *put_bytes(char *out, const unsigned char *p, size_t size)
{
	uint32_t c = 0;

	for (size_t i = 0, n; i < size; i += n) {
		n = utf8_sequence(p + i, size - i, &c);
		if (n) {
			out = put_code_point(out, c);
			continue;
		}
		n = 1;
		out += sprintf(out, "\\x%02x", p[i]);
	}
	return out;
}

char *utf8_from(const void *bytes, size_t size, unsigned int width)
{
	const unsigned char *p = bytes;
	char *s = xcalloc(size + 1, ESCAPE_MAX), *out = s;

	if (!width)
		out = put_bytes(out, p, size);
	for (size_t i = 0; width && i + width <= size; i += width) {
		uint32_t c = 0;

		memcpy(&c, p + i, width > 4 ? 4 : width);
		out = put_code_point(out, c);
	}
	*out = '\0';
	return xrealloc(s, out - s + 1, 1);
}
