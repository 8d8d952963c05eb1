/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is cut out is numbered anew, each type behind those that it is made of. */
#include "base/ktypes.h"

#include <linux/btf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/protobuf.h"

#define KIND_ENUM64 19 /* Linux 6.0 */
#define DEEP	    32 /* structures in structures, names of names */

struct cut {
	const unsigned char *types;
	const char *names;
	uint32_t types_bytes, names_bytes;
	uint32_t *at; /* where each type stands, by its number */
	uint32_t *to; /* the number it has been given; 0: none yet */
	uint32_t n, pointer, given;
	struct bytes out, out_names;
	bool failed;
};

/* What stands behind a type: for itself, and for each of its parts; by kind. */
static const struct {
	uint8_t once, each;
	bool known;
} sizes[] = {
	[BTF_KIND_INT] = {4, 0, true},	      [BTF_KIND_PTR] = {0, 0, true},
	[BTF_KIND_ARRAY] = {12, 0, true},     [BTF_KIND_STRUCT] = {0, 12, true},
	[BTF_KIND_UNION] = {0, 12, true},     [BTF_KIND_ENUM] = {0, 8, true},
	[BTF_KIND_FWD] = {0, 0, true},	      [BTF_KIND_TYPEDEF] = {0, 0, true},
	[BTF_KIND_VOLATILE] = {0, 0, true},   [BTF_KIND_CONST] = {0, 0, true},
	[BTF_KIND_RESTRICT] = {0, 0, true},   [BTF_KIND_FUNC] = {0, 0, true},
	[BTF_KIND_FUNC_PROTO] = {0, 8, true}, [BTF_KIND_VAR] = {4, 0, true},
	[BTF_KIND_DATASEC] = {0, 12, true},   [BTF_KIND_FLOAT] = {0, 0, true},
	[BTF_KIND_DECL_TAG] = {4, 0, true},   [BTF_KIND_TYPE_TAG] = {0, 0, true},
	[KIND_ENUM64] = {0, 12, true},
};

static bool is_composite(uint32_t kind)
{
	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

static const struct btf_type *type_at(const struct cut *c, uint32_t id)
{
	return (const struct btf_type *)(c->types + c->at[id]);
}

static const char *name_at(const struct cut *c, uint32_t at)
{
	return at < c->names_bytes ? c->names + at : "";
}

/* Of thousands of names, nearly all differ in the first letters. */
static bool is_same(const char *a, const char *b)
{
	return *a == *b && !strcmp(a, b);
}

static bool is_one_of(const char *name, const char *const *list)
{
	while (*list && !is_same(*list, name))
		list++;
	return *list;
}

/* --- reading ------------------------------------------------------------------------------------
 */

static bool open_all(struct cut *c, const void *btf, size_t bytes)
{
	const struct btf_header *h = btf;
	const unsigned char *begin = btf;

	if (bytes < sizeof(*h) || h->magic != BTF_MAGIC || h->hdr_len < sizeof(*h) ||
	    h->hdr_len > bytes || h->type_off % 4 || h->hdr_len % 4 || !h->str_len)
		return false;
	begin += h->hdr_len;
	bytes -= h->hdr_len;
	if (h->type_off > bytes || h->type_len > bytes - h->type_off || h->str_off > bytes ||
	    h->str_len > bytes - h->str_off || begin[h->str_off + h->str_len - 1])
		return false;
	c->types = begin + h->type_off;
	c->types_bytes = h->type_len;
	c->names = (const char *)begin + h->str_off;
	c->names_bytes = h->str_len;
	return true;
}

/* The bytes of a type with what stands behind it; 0: not known. */
static uint64_t bytes_of(const struct btf_type *t)
{
	const uint32_t kind = BTF_INFO_KIND(t->info);

	if (kind >= sizeof(sizes) / sizeof(*sizes) || !sizes[kind].known)
		return 0;
	return sizeof(*t) + sizes[kind].once + (uint64_t)sizes[kind].each * BTF_INFO_VLEN(t->info);
}

/* Where all types stand. */
static bool number_all(struct cut *c)
{
	uint64_t at = 0, bytes;

	c->at = xcalloc(c->types_bytes / sizeof(struct btf_type) + 2, sizeof(*c->at));
	for (c->n = 1; at + sizeof(struct btf_type) <= c->types_bytes; at += bytes) {
		c->at[c->n] = at;
		bytes = bytes_of(type_at(c, c->n++));
		if (!bytes || bytes > c->types_bytes - at)
			return false;
	}
	c->to = xcalloc(c->n, sizeof(*c->to));
	return true;
}

/* --- cutting ------------------------------------------------------------------------------------
 */

/* Where the name stands in what is cut out. */
static uint32_t take_name(struct cut *c, uint32_t at)
{
	const char *name = name_at(c, at);
	const uint32_t to = c->out_names.n;

	if (!*name)
		return 0;
	bytes__append(&c->out_names, name, strlen(name) + 1);
	return to;
}

/* A type without parts, and what stands behind it. Its number. */
static uint32_t take(struct cut *c, uint32_t kind, uint32_t size, const void *behind, size_t n)
{
	const struct btf_type t = {.info = kind << 24, .size = size};

	bytes__append(&c->out, &t, sizeof(t));
	bytes__append(&c->out, behind, n);
	return ++c->given;
}

/* What a name stands for. */
static uint32_t plain(const struct cut *c, uint32_t id)
{
	for (int n = 0; n < DEEP && id && id < c->n; n++) {
		const struct btf_type *t = type_at(c, id);
		const uint32_t kind = BTF_INFO_KIND(t->info);

		if (kind != BTF_KIND_TYPEDEF && kind != BTF_KIND_CONST &&
		    kind != BTF_KIND_VOLATILE && kind != BTF_KIND_RESTRICT &&
		    kind != BTF_KIND_TYPE_TAG)
			return id;
		id = t->type;
	}
	return 0;
}

static uint32_t give(struct cut *c, uint32_t id, int deep);

static uint32_t give_array(struct cut *c, const struct btf_type *t, int deep)
{
	struct btf_array a = *(const struct btf_array *)(t + 1);

	a.type = give(c, a.type, deep);
	a.index_type = give(c, a.index_type, deep);
	return take(c, BTF_KIND_ARRAY, 0, &a, sizeof(a));
}

static uint32_t give_composite(struct cut *c, const struct btf_type *t, int deep)
{
	const uint32_t n = BTF_INFO_VLEN(t->info);
	struct btf_member *members = arr_copy(t + 1, n, sizeof(*members));
	struct btf_type copy = *t;

	for (uint32_t i = 0; i < n; i++) {
		members[i].type = give(c, members[i].type, deep);
		members[i].name_off = take_name(c, members[i].name_off);
	}
	copy.name_off = take_name(c, t->name_off);
	bytes__append(&c->out, &copy, sizeof(copy));
	bytes__append(&c->out, members, n * sizeof(*members));
	free(members);
	return ++c->given;
}

static uint32_t give_pointer(struct cut *c)
{
	if (!c->pointer)
		c->pointer = take(c, BTF_KIND_PTR, 0, NULL, 0);
	return c->pointer;
}

/* One that lies in another or is asked for. */
static uint32_t give_plain(struct cut *c, const struct btf_type *t, int deep)
{
	const uint32_t kind = BTF_INFO_KIND(t->info);

	c->failed |= deep > DEEP;
	if (c->failed)
		return 0;
	if (is_composite(kind))
		return give_composite(c, t, deep + 1);
	if (kind == BTF_KIND_ARRAY)
		return give_array(c, t, deep + 1);
	if (kind == BTF_KIND_PTR)
		return give_pointer(c);
	if (kind == BTF_KIND_INT)
		return take(c, kind, t->size, t + 1, sizeof(uint32_t));
	return take(c, kind, t->size, NULL, 0);
}

/* The number that the type has in what is cut out, which it is put into. */
static uint32_t give(struct cut *c, uint32_t id, int deep)
{
	id = plain(c, id);
	if (id && !c->to[id])
		c->to[id] = give_plain(c, type_at(c, id), deep);
	return c->to[id];
}

static void look_at(struct cut *c, uint32_t id, const char *const structs[],
		    struct ktypes_asked *asked)
{
	const struct btf_type *t = type_at(c, id);
	const uint32_t kind = BTF_INFO_KIND(t->info);

	if (is_composite(kind) && is_one_of(name_at(c, t->name_off), structs))
		give(c, id, 0);
	for (; kind == BTF_KIND_TYPEDEF && asked->name; asked++) {
		if (is_same(asked->name, name_at(c, t->name_off)))
			asked->id = id;
	}
}

static void *join(const struct cut *c, size_t *size)
{
	const struct btf_header h = {.magic = BTF_MAGIC,
				     .version = BTF_VERSION,
				     .hdr_len = sizeof(h),
				     .type_len = c->out.n,
				     .str_off = c->out.n,
				     .str_len = c->out_names.n};
	unsigned char *all = xmalloc(*size = sizeof(h) + c->out.n + c->out_names.n);

	memcpy(all, &h, sizeof(h));
	memcpy(all + sizeof(h), c->out.v, c->out.n);
	memcpy(all + sizeof(h) + c->out.n, c->out_names.v, c->out_names.n);
	return all;
}

void *ktypes__cut(const void *btf, size_t bytes, const char *const structs[],
		  struct ktypes_asked *asked, size_t *size)
{
	struct cut c = {0};
	void *all = NULL;

	bytes__append(&c.out_names, "", 1);
	if (open_all(&c, btf, bytes) && number_all(&c)) {
		for (uint32_t id = 1; id < c.n; id++)
			look_at(&c, id, structs, asked);
		if (c.given && !c.failed)
			all = join(&c, size);
	}
	free(c.at);
	free(c.to);
	free(c.out.v);
	free(c.out_names.v);
	return all;
}
