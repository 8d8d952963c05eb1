/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is cut out of a description of types, held against libbpf's reading of the whole. */
#include "unit/test.h"

#include <bpf/btf.h>

#include "base/ktypes.h"
#include "base/mem.h"

static const char *const structs[] = {"outer", "twice", NULL};

/* Its first types are made of later ones, as the kernel's are. */
static struct btf *make(void)
{
	struct btf *b = btf__new_empty();

	CHECK(btf__add_typedef(b, "word", 2) == 1);
	CHECK(btf__add_const(b, 3) == 2);
	CHECK(btf__add_int(b, "int", 4, BTF_INT_SIGNED) == 3);
	CHECK(btf__add_struct(b, "outer", 48) == 4);
	CHECK(!btf__add_field(b, "first", 1, 0, 0) && !btf__add_field(b, "next", 5, 64, 0) &&
	      !btf__add_field(b, NULL, 6, 128, 0) && !btf__add_field(b, "list", 7, 192, 0) &&
	      !btf__add_field(b, "flag", 3, 320, 3) && !btf__add_field(b, "kind", 8, 352, 0));
	CHECK(btf__add_ptr(b, 9) == 5);
	CHECK(btf__add_union(b, NULL, 8) == 6);
	CHECK(!btf__add_field(b, "as_int", 3, 0, 0) && !btf__add_field(b, "as_inner", 10, 0, 0));
	CHECK(btf__add_array(b, 3, 10, 2) == 7);
	CHECK(btf__add_enum(b, "kinds", 4) == 8 && !btf__add_enum_value(b, "ONE", 1));
	CHECK(btf__add_struct(b, "not_asked_for", 4) == 9 && !btf__add_field(b, "x", 3, 0, 0));
	CHECK(btf__add_struct(b, "inner", 8) == 10 && !btf__add_field(b, "deep", 11, 32, 0));
	CHECK(btf__add_volatile(b, 1) == 11);
	CHECK(btf__add_struct(b, "twice", 4) == 12 && !btf__add_field(b, "a", 3, 0, 0));
	CHECK(btf__add_struct(b, "twice", 8) == 13 && !btf__add_field(b, "b", 3, 32, 0));
	CHECK(btf__add_typedef(b, "btf_trace_event", 5) == 14);
	return b;
}

/* Where the parts of a structure lie, and how long they are. */
static char *layout(const struct btf *b, const struct btf_type *t, char *text, int deep)
{
	for (int i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const __u32 id = btf__resolve_type(b, m->type);
		const struct btf_type *is = btf__type_by_id(b, id);
		char *more = xasprintf("%s%d %s kind %d at %u, %u bits: %lld\n", text ? text : "",
				       deep, btf__name_by_offset(b, m->name_off), btf_kind(is),
				       btf_member_bit_offset(t, i), btf_member_bitfield_size(t, i),
				       (long long)btf__resolve_size(b, id));

		free(text);
		text = btf_is_composite(is) ? layout(b, is, more, deep + 1) : more;
	}
	return text;
}

static bool same(const struct btf *a, int a_id, const struct btf *b, int b_id)
{
	const struct btf_type *in_a = btf__type_by_id(a, a_id), *in_b = btf__type_by_id(b, b_id);
	char *of_a = layout(a, in_a, NULL, 0), *of_b = layout(b, in_b, NULL, 0);
	bool is_same = of_a && of_b && !strcmp(of_a, of_b) && in_a->size == in_b->size;

	free(of_a);
	free(of_b);
	return is_same;
}

/* The number of the nth structure of that name; 0: there is none. */
static int find(const struct btf *b, const char *name, int n)
{
	for (int id = 1; id < (int)btf__type_cnt(b); id++) {
		const struct btf_type *t = btf__type_by_id(b, id);

		if (btf_is_struct(t) && !strcmp(btf__name_by_offset(b, t->name_off), name) && !n--)
			return id;
	}
	return 0;
}

TEST(ktypes_cut_out_lie_where_they_lay)
{
	struct ktypes_asked asked[] = {{"btf_trace_event", 0}, {"btf_trace_none", 0}, {NULL, 0}};
	struct btf *whole = make(), *part;
	__u32 bytes;
	const void *raw = btf__raw_data(whole, &bytes);
	size_t size;
	void *cut = ktypes__cut(raw, bytes, structs, asked, &size);

	CHECK(cut && size < bytes);
	part = btf__new(cut, size);
	CHECK(part);
	CHECK(same(whole, 4, part, find(part, "outer", 0)));
	CHECK(same(whole, 12, part, find(part, "twice", 0)));
	CHECK(same(whole, 13, part, find(part, "twice", 1)));
	CHECK(!find(part, "not_asked_for", 0));
	CHECK(asked[0].id == 14 && asked[1].id == 0);
	btf__free(part);
	btf__free(whole);
	free(cut);
}

TEST(ktypes_that_are_cut_off_or_spoiled_end_nothing)
{
	struct ktypes_asked asked[] = {{"btf_trace_event", 0}, {NULL, 0}};
	struct btf *whole = make();
	__u32 bytes;
	const void *raw = btf__raw_data(whole, &bytes);
	size_t size;

	for (__u32 n = 0; n < bytes; n++) {
		unsigned char *some = arr_copy(raw, bytes, 1);

		some = xrealloc(some, n, 1);
		CHECK(!ktypes__cut(some, n, structs, asked, &size));
		free(some);
		some = arr_copy(raw, bytes, 1);
		some[n] ^= 0xff;
		free(ktypes__cut(some, bytes, structs, asked, &size));
		free(some);
	}
	btf__free(whole);
}
