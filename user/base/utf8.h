/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes, or any code points, into valid UTF-8 without NUL. What cannot be carried over is
 * written as Python's "backslashreplace" would: \xff for a stray byte, \udcff for a surrogate. */
#ifndef BPFPROF_UTF8_H
#define BPFPROF_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* A new string from bytes that should be UTF-8 (width 0), or from little-endian code points of
 * width 1, 2 or 4 bytes; size is in bytes, an incomplete last code point is dropped. */
char *utf8_from(const void *bytes, size_t size, unsigned int width);

/* Length of the UTF-8 sequence at p, 0 where it is not a valid one (RFC 3629); *c is its code
 * point. */
size_t utf8_sequence(const unsigned char *p, size_t left, uint32_t *c);

#endif
