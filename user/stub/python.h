/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* CPython's own functions and objects, as the stub uses them where C functions are rows. Part of
 * the stub. */
#ifndef BPFPROF_STUB_PYTHON_H
#define BPFPROF_STUB_PYTHON_H

#include "prelude.h"

/* Calls one, where the C stack is aligned as for any call. */
#define PY(id, first, ...)                                                                         \
	((__u64(*)(__u64, ...))config.symbol[STUB_##id])((__u64)(first), ##__VA_ARGS__)

ALWAYS __u64 type_of(__u64 object)
{
	return AT(object, config.object_type);
}

/* How many there are to an object; without the GIL its own thread counts apart from the others. */
ALWAYS __s64 references_to(__u64 object)
{
	return config.free_threaded ? AT32(object, 12) + ((__s64)AT(object, 16) >> 2)
				    : AT32(object, 0);
}

/* Of CPython's objects, what comes behind their heads. */
ALWAYS __u64 word_of(__u64 object, __u32 n)
{
	return AT(object, config.object_type + 8 + 8 * n);
}

ALWAYS __u64 definition_of_cfunction(__u64 function)
{
	return word_of(function, 0);
}

ALWAYS __u64 self_of_cfunction(__u64 function)
{
	return word_of(function, 1);
}

ALWAYS __u64 module_of_cfunction(__u64 function)
{
	return word_of(function, 2);
}

ALWAYS __u64 *vectorcall_of(__u64 function)
{
	return (__u64 *)(function + config.object_type + 8 + 8 * 4);
}

ALWAYS __u64 definition_of_descriptor(__u64 descriptor)
{
	return word_of(descriptor, 3);
}

ALWAYS __u64 name_of_type(__u64 type)
{
	return word_of(type, 1);
}

/* Itself and its bases, in the order in which they are looked at: a tuple. */
ALWAYS __u64 order_of_type(__u64 type)
{
	return word_of(type, 41);
}

/* Of a type's flags: what is of it is an int, or a type. */
#define LONG_SUBCLASS (1ull << 24)
#define TYPE_SUBCLASS (1ull << 31)

ALWAYS __u64 flags_of_type(__u64 type)
{
	return word_of(type, 19);
}

ALWAYS int is_int(__u64 object)
{
	return (flags_of_type(type_of(object)) & LONG_SUBCLASS) != 0;
}

ALWAYS int is_type(__u64 object)
{
	return (flags_of_type(type_of(object)) & TYPE_SUBCLASS) != 0;
}

ALWAYS int is_cfunction(__u64 type)
{
	return type == config.symbol[STUB_CFUNCTION] || type == config.symbol[STUB_CMETHOD];
}

ALWAYS int is_descriptor(__u64 type)
{
	return type == config.symbol[STUB_METHOD_DESCR];
}

#endif
