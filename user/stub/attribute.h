/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attributes that a Python object has by itself, as user/cpython/dicts.c reads them from outside;
 * and texts, by their ends. Part of the stub. */
#ifndef BPFPROF_STUB_ATTRIBUTE_H
#define BPFPROF_STUB_ATTRIBUTE_H

#include "python.h"

#define TYPE_BASIC   32 /* in a type: how large what is of it is */
#define TYPE_OFFSET  288
#define DICT_KEYS    32 /* in a dict */
#define DICT_VALUES  40
#define VALUES_VALID 3 /* in a block of values: it is in use */
#define ENTRIES_MAX  256u

#define HEAP_TYPE     (1ull << 9) /* of a type's flags: a program's own */
#define INLINE_VALUES (1ull << 2)
#define MANAGED_DICT  (1ull << 4)

#define AT8(at) (*(const __u8 *)(at))

/* A name's last eight characters, or fewer behind zeros. */
#define ENDS(a, b, c, d, e, f, g, h)                                                               \
	((__u64)(a) << 56 | (__u64)(b) << 48 | (__u64)(c) << 40 | (__u64)(d) << 32 |               \
	 (__u64)(e) << 24 | (f) << 16 | (g) << 8 | (h))

/* Of a str, those before its last n; 0: it is not ASCII. */
static __u64 text_before(__u64 str, __u64 n)
{
	__u32 state_bits = AT32(str, config.str_state) >> config.str_kind_shift;
	__u64 length = AT(str, config.str_length), end = 0;

	if (!(state_bits & 16) || length < n)
		return 0;
	length -= n;
	for (__u64 i = length > 8 ? length - 8 : 0; i < length; i++)
		end = end << 8 | AT8(str + config.str_ascii + i);
	return end;
}

static int text_ends(__u64 str, __u64 before, __u64 end)
{
	return text_before(str, 0) == end && text_before(str, 8) == before;
}

/* Whether an object is of the interpreter's own type of that name, of up to eight characters before
 * the last n. */
static int is_own(__u64 object, __u64 name, __u32 n)
{
	__u64 type, end = 0;
	const __u8 *at;

	if (object < PAGE)
		return 0;
	type = type_of(object);
	if (flags_of_type(type) & HEAP_TYPE)
		return 0;
	at = (const __u8 *)name_of_type(type);
	for (; *at && !(end >> 56); at++)
		end = end << 8 | *at;
	while (n && *at)
		n--, at++;
	return end == name && !n && !*at;
}

#define DICT ENDS(0, 0, 0, 0, 'd', 'i', 'c', 't')

/* The value of a name in a dictionary's keys, or in values beside them; 0: none. */
static __u64 value_in(__u64 keys, __u64 values, __u64 before, __u64 end)
{
	const int old = config.awaits.attributes == STUB_IN_DICT, hashed = old || !AT8(keys + 10);
	__u64 size = AT(keys, 8), n = AT(keys, old ? 32 : 24);
	__u64 first = old ? keys + 40 +
				      size * (size <= 0xff     ? 1
					      : size <= 0xffff ? 2
							       : 4)
			  : keys + 32 + (1ull << AT8(keys + 9));

	for (__u64 i = 0; i < n && i < ENTRIES_MAX; i++) {
		__u64 entry = first + i * (hashed ? 24 : 16), key = AT(entry, hashed ? 8 : 0);

		if (key && text_ends(key, before, end))
			return values ? AT(values, config.awaits.first_value + 8 * i)
				      : AT(entry, hashed ? 16 : 8);
	}
	return 0;
}

/* Values of an object without a dictionary, whose keys its type has; 0: it has none. */
static __u64 values_of(__u64 object, __u64 type, __u64 dict)
{
	__u64 values;

	if (config.awaits.attributes == STUB_BESIDE_DICT)
		return dict ? 0 : AT(object, -32);
	if (config.awaits.attributes == STUB_TAGGED)
		return dict & 1 ? dict + 1 : 0;
	values = object + AT(type, TYPE_BASIC);
	return !dict && flags_of_type(type) & INLINE_VALUES && AT8(values + VALUES_VALID) ? values
											  : 0;
}

/* The attribute of a name of more than eight characters, or of up to eight (before: 0). */
static __u64 attribute_of(__u64 object, __u64 before, __u64 end)
{
	__u64 type = type_of(object), dict = 0, values = 0, keys;
	__s64 offset = AT(type, TYPE_OFFSET);

	if (config.awaits.attributes != STUB_IN_DICT && flags_of_type(type) & MANAGED_DICT) {
		dict = AT(object, -24);
		values = values_of(object, type, dict);
	} else if (offset > 0) {
		dict = AT(object, offset);
	}
	if (values) {
		keys = AT(type, config.awaits.type_keys);
		return keys ? value_in(keys, values, before, end) : 0;
	}
	if (!is_own(dict, DICT, 0))
		return 0;
	values = AT(dict, DICT_VALUES);
	return value_in(AT(dict, DICT_KEYS), values, before, end);
}

#endif
