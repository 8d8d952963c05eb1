/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Three forms of dictionaries, and four places of an instance's attributes. */
#include "cpython/dicts.h"

#include <string.h>

#define WORD	    8
#define KEYS	    32 /* in a dict */
#define VALUES	    40
#define TYPE_BASIC  32 /* in a type */
#define TYPE_FLAGS  168
#define TYPE_OFFSET 288
#define MODULE_DICT 16
#define INT_SIZE    16 /* in an int: how many digits; since 3.12 above three bits */
#define INT_DIGITS  24
#define DIGIT_BITS  30

#define INLINE_VALUES (1u << 2) /* of a type's flags: since 3.13, values lie behind the object */
#define MANAGED_DICT  (1u << 4) /* since 3.11, the dictionary's pointer lies before the object */

enum attributes { IN_DICT, BESIDE_DICT, TAGGED, BEHIND };

/* The keys of a dictionary, and an instance's attributes, by version. */
static const struct form {
	uint16_t version; /* and later */
	bool old_keys;	  /* sizes in words, and every entry with a hash */
	enum attributes attributes;
	uint16_t cached_keys; /* in a type: the names of its instances' attributes */
	uint8_t values;	      /* in a block of values: the first */
} forms[] = {
	{0x030f, false, BEHIND, 888, 8}, {0x030d, false, BEHIND, 880, 8},
	{0x030c, false, TAGGED, 880, 0}, {0x030b, false, BESIDE_DICT, 872, 0},
	{0x0308, true, IN_DICT, 0, 0},
};

static const struct form *form_of(const struct py_live *live)
{
	const struct form *form = forms;

	while (form->version > live->layout->version && form->version > 0x0308)
		form++;
	return form;
}

/* --- dictionaries -------------------------------------------------------------------------------
 */

/* 3.8 to 3.10: reference count, size, function, usable, n, indices. */
static bool open_old(const struct py_live *live, uint64_t keys, struct py_entries *e)
{
	uint64_t size, width;

	if (!py_live__word(live, keys + 8, &size) || !py_live__word(live, keys + 32, &e->n) ||
	    size > 2 * PY_DICT_MAX)
		return false;
	width = size <= 0xff ? 1 : size <= 0xffff ? 2 : 4;
	e->first = keys + 40 + size * width;
	e->stride = 3 * WORD;
	e->key = WORD;
	return e->n <= size;
}

/* 3.11: reference count, three logarithms and a kind, version, usable, n, indices. */
static bool open_new(const struct py_live *live, uint64_t keys, struct py_entries *e)
{
	uint8_t head[3]; /* of the size, of the indices' bytes, the kind */

	if (!pages__read(live->pages, keys + 8, head, sizeof(head)) ||
	    !py_live__word(live, keys + 24, &e->n) || head[1] > 24)
		return false;
	e->first = keys + 32 + (1ull << head[1]);
	e->stride = head[2] ? 2 * WORD : 3 * WORD; /* kind 0 keeps a hash in each */
	e->key = head[2] ? 0 : WORD;
	return e->n <= PY_DICT_MAX;
}

static bool open_keys(const struct py_live *live, uint64_t keys, struct py_entries *e)
{
	return form_of(live)->old_keys ? open_old(live, keys, e) : open_new(live, keys, e);
}

bool py_dict__open(struct py_live *live, uint64_t dict, struct py_entries *e)
{
	uint64_t keys;

	*e = (struct py_entries){0};
	if (!py_live__is(live, dict, PY_DICT) ||
	    !py_live__word(live, dict + KEYS + live->shift, &keys) ||
	    !py_live__word(live, dict + VALUES + live->shift, &e->values))
		return false;
	if (e->values)
		e->values += form_of(live)->values;
	return open_keys(live, keys, e);
}

bool py_dict__entry(const struct py_live *live, const struct py_entries *e, uint64_t i,
		    uint64_t *key, uint64_t *value)
{
	uint64_t at = e->first + i * e->stride + e->key;

	return i < e->n && py_live__word(live, at, key) &&
	       py_live__word(live, e->values ? e->values + i * WORD : at + WORD, value);
}

/* The value of that key in entries; 0: none. */
static uint64_t find(struct py_live *live, const struct py_entries *e, const char *name)
{
	uint64_t key, value;

	for (uint64_t i = 0; py_dict__entry(live, e, i, &key, &value); i++) {
		if (key && value && py_live__str_is(live, key, name))
			return value;
	}
	return 0;
}

uint64_t py_dict__find(struct py_live *live, uint64_t dict, const char *key)
{
	struct py_entries e;

	return py_dict__open(live, dict, &e) ? find(live, &e, key) : 0;
}

/* --- attributes ---------------------------------------------------------------------------------
 */

/* In values without a dictionary, whose keys the type has. */
static uint64_t find_value(struct py_live *live, uint64_t type, uint64_t values, const char *name)
{
	const struct form *form = form_of(live);
	struct py_entries e = {0};
	uint64_t keys;

	if (!values || !py_live__word(live, type + form->cached_keys + live->shift, &keys) ||
	    !keys || !open_keys(live, keys, &e))
		return 0;
	e.values = values + form->values;
	return find(live, &e, name);
}

/* The dictionary's pointer, and where there is none the values'. Without the GIL there are no two
 * words for the collector between the pointer and the object. */
static bool managed(const struct py_live *live, enum attributes form, uint64_t object,
		    uint64_t type, uint64_t *dict, uint64_t *values)
{
	uint64_t basic, flags;

	*dict = *values = 0;
	if (!py_live__word(live, type + TYPE_FLAGS + live->shift, &flags) ||
	    !(flags & MANAGED_DICT) ||
	    !py_live__word(live, object - (live->shift ? 1 : 3) * WORD, dict))
		return false;
	if (form == BESIDE_DICT)
		return *dict || py_live__word(live, object - 4 * WORD, values);
	if (form == TAGGED && *dict & 1) {
		*values = *dict + 1;
		*dict = 0;
	} else if (form == BEHIND && !*dict && flags & INLINE_VALUES) {
		if (!py_live__word(live, type + TYPE_BASIC + live->shift, &basic))
			return false;
		*values = object + basic;
	}
	return true;
}

uint64_t py_object__attribute(struct py_live *live, uint64_t object, const char *name)
{
	const struct form *form = form_of(live);
	uint64_t type, dict = 0, values = 0, offset;

	if (!py_live__word(live, object + live->at.object - WORD, &type))
		return 0;
	if (form->attributes != IN_DICT) {
		if (!managed(live, form->attributes, object, type, &dict, &values))
			return 0;
		return dict ? py_dict__find(live, dict, name)
			    : find_value(live, type, values, name);
	}
	if (!py_live__word(live, type + TYPE_OFFSET, &offset) || (int64_t)offset <= 0 ||
	    !py_live__word(live, object + offset, &dict))
		return 0;
	return py_dict__find(live, dict, name);
}

uint64_t py_module__global(struct py_live *live, uint64_t module, const char *name)
{
	uint64_t dict;

	if (!py_live__is(live, module, PY_MODULE) ||
	    !py_live__word(live, module + MODULE_DICT + live->shift, &dict))
		return 0;
	return py_dict__find(live, dict, name);
}

bool py_int__value(struct py_live *live, uint64_t object, uint64_t *value)
{
	uint64_t size;
	uint32_t digits[2];

	if (!py_live__is(live, object, PY_INT) ||
	    !py_live__word(live, object + INT_SIZE + live->shift, &size) ||
	    !pages__read(live->pages, object + INT_DIGITS + live->shift, digits, sizeof(digits)))
		return false;
	if (live->layout->version >= 0x030c)
		size = size & 3 ? 0 : size >> 3; /* the low bits: 0 above zero, 1 zero, 2 below */
	if (size != 1 && size != 2)
		return false;
	*value = digits[0] | (size == 2 ? (uint64_t)digits[1] << DIGIT_BITS : 0);
	return true;
}
