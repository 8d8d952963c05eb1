/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Messages of Protocol Buffers as they stand on the wire (protobuf.dev, "Encoding"). Each function
 * appends one field, by its number, to what the message has already. Nothing fails. */
#ifndef BPFPROF_PROTOBUF_H
#define BPFPROF_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

/* A message being built; all zero: an empty one. v is to be freed. */
struct bytes {
	unsigned char *v;
	size_t n;
};

/* Appends n bytes as they are. */
void bytes__append(struct bytes *b, const void *v, size_t n);

/* Appends a number without a field's key, as the elements of a packed field stand. */
void protobuf__varint(struct bytes *b, uint64_t v);
/* A field of a number (varint, or 64 bits of fixed width), of bytes, or of UTF-8 text. */
void protobuf__number(struct bytes *b, int field, uint64_t v);
void protobuf__fixed64(struct bytes *b, int field, uint64_t v);
void protobuf__bytes(struct bytes *b, int field, const void *v, size_t n);
void protobuf__text(struct bytes *b, int field, const char *text);
/* Ends a message that is part of another: puts it there and empties it. */
void protobuf__message(struct bytes *b, int field, struct bytes *part);

#endif
