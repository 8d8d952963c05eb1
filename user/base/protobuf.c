/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The wire format: a key of field and kind, then the value. */
#include "base/protobuf.h"

#include <string.h>

#include "base/mem.h"

enum { KIND_VARINT, KIND_FIXED64, KIND_BYTES };

void bytes__append(struct bytes *b, const void *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*ARR_PUSH(b->v, b->n) = ((const unsigned char *)v)[i];
}

void protobuf__varint(struct bytes *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*ARR_PUSH(b->v, b->n) = v | 0x80;
	*ARR_PUSH(b->v, b->n) = v;
}

static void put_key(struct bytes *b, int field, int kind)
{
	protobuf__varint(b, (uint64_t)field << 3 | kind);
}

void protobuf__number(struct bytes *b, int field, uint64_t v)
{
	put_key(b, field, KIND_VARINT);
	protobuf__varint(b, v);
}

void protobuf__fixed64(struct bytes *b, int field, uint64_t v)
{
	put_key(b, field, KIND_FIXED64);
	for (int i = 0; i < 8; i++)
		*ARR_PUSH(b->v, b->n) = v >> 8 * i;
}

void protobuf__bytes(struct bytes *b, int field, const void *v, size_t n)
{
	put_key(b, field, KIND_BYTES);
	protobuf__varint(b, n);
	bytes__append(b, v, n);
}

void protobuf__text(struct bytes *b, int field, const char *text)
{
	protobuf__bytes(b, field, text, strlen(text));
}

void protobuf__message(struct bytes *b, int field, struct bytes *part)
{
	protobuf__bytes(b, field, part->v, part->n);
	part->n = 0;
}
