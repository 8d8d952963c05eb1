/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Objects of a live interpreter. */
#include "cpython/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define OBJECT	   16 /* an object's head, with the GIL */
#define TYPE_NAME  24
#define SIZE	   16 /* of an object of variable size: how many */
#define BYTES	   32 /* the data of bytes */
#define KIND_BYTES 4

bool py_live__word(const struct py_live *live, uint64_t addr, uint64_t *word)
{
	return pages__read(live->pages, addr, word, sizeof(*word));
}

bool py_live__int(const struct py_live *live, uint64_t addr, int32_t *number)
{
	return pages__read(live->pages, addr, number, sizeof(*number));
}

static bool has_name(const struct py_live *live, uint64_t type, const char *name)
{
	char found[16];
	uint64_t at;
	size_t size = strlen(name) + 1;

	return py_live__word(live, type + TYPE_NAME + live->shift, &at) &&
	       pages__read(live->pages, at, found, size) && !memcmp(found, name, size);
}

bool py_live__is(struct py_live *live, uint64_t object, enum py_type type)
{
	static const char *const names[] = {"code", "str", "bytes", "int", "dict", "module"};
	uint64_t found;

	if (!object || !py_live__word(live, object + live->at.object - 8, &found) || !found)
		return false;
	if (found == live->types[type])
		return true;
	if (live->types[type] || !has_name(live, found, names[type]))
		return false;
	live->types[type] = found;
	return true;
}

/* The data of a str of n code points with that state; 0: it has none in itself. */
static uint64_t str_data(const struct py_live *live, uint64_t object, uint32_t state)
{
	const struct py_layout *l = live->layout;
	uint32_t flags = state >> live->layout->str_kind_shift >> 3;

	if (!(flags & 1))
		return 0;
	return object + (flags & 2 ? l->str_ascii : l->str_compact);
}

char *py_live__str(struct py_live *live, uint64_t object)
{
	const struct py_layout *l = live->layout;
	unsigned char buf[PY_STR_MAX * KIND_BYTES];
	uint64_t length, n, data;
	uint32_t kind;
	int32_t state;
	char *text, *cut;

	if (!py_live__is(live, object, PY_STR) ||
	    !py_live__word(live, object + l->str_length, &length) ||
	    !py_live__int(live, object + l->str_state, &state))
		return NULL;
	kind = (uint32_t)state >> live->layout->str_kind_shift & 7;
	data = str_data(live, object, state);
	n = length < PY_STR_MAX ? length : PY_STR_MAX;
	if (!data || (kind != 1 && kind != 2 && kind != 4) ||
	    !pages__read(live->pages, data, buf, n * kind))
		return NULL;
	text = utf8_from(buf, n * kind, kind);
	if (n == length)
		return text;
	cut = xasprintf("%s...", text);
	free(text);
	return cut;
}

bool py_live__str_is(struct py_live *live, uint64_t object, const char *text)
{
	const struct py_layout *l = live->layout;
	char found[64];
	uint64_t length, size = strlen(text);
	int32_t state;

	return size <= sizeof(found) && py_live__is(live, object, PY_STR) &&
	       py_live__word(live, object + l->str_length, &length) && length == size &&
	       py_live__int(live, object + l->str_state, &state) &&
	       ((uint32_t)state >> live->layout->str_kind_shift >> 3 & 3) == 3 &&
	       pages__read(live->pages, object + l->str_ascii, found, size) &&
	       !memcmp(found, text, size);
}

int64_t py_live__bytes(struct py_live *live, uint64_t object, uint64_t max, void *buf)
{
	uint64_t size;

	if (!py_live__is(live, object, PY_BYTES) ||
	    !py_live__word(live, object + SIZE + live->shift, &size) || size > INT64_MAX ||
	    !pages__read(live->pages, object + BYTES + live->shift, buf, size < max ? size : max))
		return -1;
	return size;
}

static char *str_at(struct py_live *live, uint64_t addr)
{
	uint64_t object;

	return py_live__word(live, addr, &object) ? py_live__str(live, object) : NULL;
}

bool py_code__read(struct py_live *live, uint64_t code, struct py_code *out)
{
	const struct py_layout *l = live->layout;

	*out = (struct py_code){0};
	if (!py_live__is(live, code, PY_CODE) ||
	    !py_live__int(live, code + l->code_firstlineno, &out->first_line))
		return false;
	out->file = str_at(live, code + l->code_filename);
	out->name = str_at(live, code + l->code_name);
	if (l->code_qualname)
		out->qualname = str_at(live, code + l->code_qualname);
	if (out->file && out->name)
		return true;
	py_code__free(out);
	return false;
}

void py_code__free(struct py_code *code)
{
	free(code->file);
	free(code->name);
	free(code->qualname);
	*code = (struct py_code){0};
}
