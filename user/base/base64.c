/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Six bits a character. */
#include "base/base64.h"

#include <stdint.h>

void base64__group(const unsigned char *v, size_t n, char to[4])
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint32_t bits = (uint32_t)v[0] << 16 | (n > 1 ? v[1] << 8 : 0) | (n > 2 ? v[2] : 0);

	for (unsigned int i = 0; i < 4; i++)
		to[i] = i <= n ? digits[bits >> (18 - 6 * i) & 63] : '=';
}
