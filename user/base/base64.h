/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* RFC 4648's base64, group by group, so that whoever writes one decides where it goes. */
#ifndef BPFPROF_BASE64_H
#define BPFPROF_BASE64_H

#include <stddef.h>

/* The four characters, without a NUL, of the next three of the n bytes that are left; n: at least
 * 1, and below 3 at the end alone. */
void base64__group(const unsigned char *v, size_t n, char to[4]);

#endif
