/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* jansson leaves DEL, C1 and what turns the direction of writing as they are. */
#include "report/jsonout.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"

static bool is_plain(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)text[i] >= 0x7f)
			return false;
	}
	return true;
}

/* Whole characters come here, and those to be escaped stand in strings alone. */
static int put(const char *text, size_t size, void *out)
{
	char *copy, *safe;
	int status;

	if (is_plain(text, size))
		return fwrite(text, 1, size, out) == size ? 0 : -1;
	copy = xasprintf("%.*s", (int)size, text);
	safe = escaped(copy, ESCAPE_JSON);
	status = fputs(safe, out) < 0 ? -1 : 0;
	free(safe);
	free(copy);
	return status;
}

char *json__text(json_t *value)
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	char *safe = escaped(text ? text : "null", ESCAPE_JSON);

	free(text);
	json_decref(value);
	return safe;
}

void json__print(json_t *value, FILE *out)
{
	char *text = json__text(value);

	fputs(text, out);
	free(text);
}

int json__put(json_t *root, size_t flags, FILE *out)
{
	int status;

	if (!root) {
		errno = EILSEQ;
		return -1;
	}
	status = json_dump_callback(root, put, out, flags);
	json_decref(root);
	return status || ferror(out) ? -1 : 0;
}

int json__dump(json_t *root, size_t flags, FILE *out)
{
	int status = json__put(root, flags, out);

	if (root)
		putc('\n', out);
	return status || ferror(out) ? -1 : 0;
}
