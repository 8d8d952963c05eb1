/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What C functions are called, by the rules of cProfile: "<built-in method builtins.len>", "<method
 * 'append' of 'list' objects>". At the first sight of each, from a callback of the interpreter's,
 * where its functions may be called. Part of the stub.
 */
#include "prelude.h"

#include "in_stub.h"
#include "python.h"

/* A C string or what a str holds. */
struct piece {
	__u64 at, bytes;
};

static struct piece piece_of(__u64 text)
{
	struct piece p = {text, 0};

	while (text && ((const char *)text)[p.bytes])
		p.bytes++;
	return p;
}

/* All of them, one behind the other. */
static void name_join(struct acc_name *n, const struct piece *pieces, __u32 count)
{
	__u8 *store = (__u8 *)((__u64)&stub_head + config.table[STUB_NAMES]);
	__u64 bytes = 0;
	__u32 to = 0;

	for (__u32 i = 0; i < count; i++)
		bytes += pieces[i].bytes;
	if (!acc_name_room(n, acc_name_kept(n, bytes), config.count[STUB_NAMES]))
		return;
	for (__u32 i = 0; i < count; i++) {
		for (__u64 k = 0; k < pieces[i].bytes && to < n->bytes; k++)
			*(volatile __u8 *)(store + n->offset + to++) =
				*(const __u8 *)(pieces[i].at + k);
	}
}

/* The text of a str; 0: it is none. */
static __u64 text_of(__u64 object)
{
	__u64 text = 0;

	if (object && type_of(object) == config.unicode_type)
		text = PY(UTF8, object);
	if (!text)
		PY(CLEAR_ERROR, 0);
	return text;
}

/* A method of a type, or a class method. */
static int is_method(__u64 type)
{
	return is_descriptor(type) || type == config.symbol[STUB_CLASS_METHOD_DESCR];
}

/* What a type has by that name, where that is C and, if any is given, of that definition. */
static __u64 in_type(__u64 type, __u64 name, __u64 definition)
{
	__u64 found = PY(TYPE_LOOKUP, type, name);

	PY(CLEAR_ERROR, 0);
	if (!found || (!is_cfunction(type_of(found)) && !is_method(type_of(found))))
		return 0;
	if (definition &&
	    (!is_method(type_of(found)) || definition_of_descriptor(found) != definition))
		return 0;
	return found;
}

/* What the type of a function's object has by its name, or, where Python overrides it there, the
 * one of its bases whose method it is. Not to be freed. */
static __u64 in_types(__u64 type, __u64 text, __u64 definition)
{
	__u64 name = PY(STR, text), found = name ? in_type(type, name, 0) : 0, base;

	for (__u64 n = 1; name && !found; n++) {
		base = PY(TUPLE_ITEM, order_of_type(type), n);
		if (!base)
			break;
		found = in_type(base, name, definition);
	}
	if (name)
		PY(DECREF, name);
	PY(CLEAR_ERROR, 0);
	return found;
}

/* As the interpreter shows it. 0: it does not. */
static int name_shown(struct acc_name *n, __u64 object)
{
	__u64 shown = object ? PY(REPR, object) : 0;
	__u64 text = text_of(shown);

	if (text)
		name_join(n, (struct piece[]){piece_of(text)}, 1);
	if (shown)
		PY(DECREF, shown);
	return text != 0;
}

static void name_of_cfunction(struct acc_name *n, __u64 function)
{
	__u64 definition = definition_of_cfunction(function), name = AT(definition, 0);
	__u64 self = self_of_cfunction(function), module = text_of(module_of_cfunction(function));

	if (self && name_shown(n, in_types(type_of(self), name, definition)))
		return;
	name_join(n,
		  (struct piece[]){piece_of((__u64)(self ? "<built-in method " : "<")),
				   piece_of(module), piece_of((__u64)(module ? "." : "")),
				   piece_of(name), piece_of((__u64) ">")},
		  5);
}

/* Without a look at what its type may have written in Python. */
static void name_of_object(struct acc_name *n, __u64 object)
{
	__u64 is_a_type = is_type(object);
	__u64 type = name_of_type(is_a_type ? object : type_of(object));

	name_join(n,
		  (struct piece[]){piece_of((__u64)(is_a_type ? "<class '" : "<")), piece_of(type),
				   piece_of((__u64)(is_a_type ? "'>" : " object>"))},
		  3);
}

int cfunc_names(struct acc_code *code, const struct acc_call *c)
{
	__u64 callable = c->names[0];

	name_take(&code->names[0], (__u64) "~", 1);
	if (is_cfunction(type_of(callable)))
		name_of_cfunction(&code->names[1], callable);
	else if (is_descriptor(type_of(callable)) ||
		 type_of(callable) == config.symbol[STUB_WRAPPER_DESCR])
		name_shown(&code->names[1], callable);
	else
		name_of_object(&code->names[1], callable);
	return 0;
}
