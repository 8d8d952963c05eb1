/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/packed.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/base64.h"
#include "base/mem.h"

struct packed {
	FILE *out;
	z_stream z;
	unsigned char left[3]; /* bytes that make no whole group of base64 yet */
	unsigned int nleft;
};

static void put_group(struct packed *to)
{
	char group[4];

	base64__group(to->left, to->nleft, group);
	fwrite(group, 1, sizeof(group), to->out);
	to->nleft = 0;
}

static void put_bytes(struct packed *to, const unsigned char *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		to->left[to->nleft++] = v[i];
		if (to->nleft == 3)
			put_group(to);
	}
}

/* Until all that came in is taken, or with Z_FINISH until the end is out. */
static int deflate_on(struct packed *to, int how)
{
	unsigned char chunk[1 << 14];
	int status;

	do {
		to->z.next_out = chunk;
		to->z.avail_out = sizeof(chunk);
		status = deflate(&to->z, how);
		put_bytes(to, chunk, sizeof(chunk) - to->z.avail_out);
	} while (status == Z_OK && !to->z.avail_out);
	return status == Z_STREAM_ERROR || ferror(to->out) ? -1 : 0;
}

static ssize_t packed_write(void *cookie, const char *text, size_t size)
{
	struct packed *to = cookie;

	to->z.next_in = (unsigned char *)text;
	to->z.avail_in = size;
	return deflate_on(to, Z_NO_FLUSH) ? 0 : (ssize_t)size;
}

static int packed_close(void *cookie)
{
	struct packed *to = cookie;
	int status = deflate_on(to, Z_FINISH);

	if (to->nleft)
		put_group(to);
	deflateEnd(&to->z);
	free(to);
	return status;
}

FILE *packed__open(FILE *out)
{
	struct packed *to = xcalloc(1, sizeof(*to));
	FILE *in = NULL;

	to->out = out;
	if (deflateInit2(&to->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8,
			 Z_DEFAULT_STRATEGY) == Z_OK)
		in = fopencookie(
			to, "w",
			(cookie_io_functions_t){.write = packed_write, .close = packed_close});
	if (in)
		return in;
	deflateEnd(&to->z);
	free(to);
	errno = ENOMEM;
	return NULL;
}
