/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* sys.modules["threading"]._active[ident]._name */
#include "cpython/names.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cpython/dicts.h"

#define INTERPRETERS_MAX 1024
#define NAMES_MAX	 32768

static void read_threads(struct py_live *live, uint64_t active, struct py_name **names, size_t *n)
{
	struct py_entries e;
	uint64_t key, thread, ident;

	if (!py_dict__open(live, active, &e))
		return;
	for (uint64_t i = 0; *n < NAMES_MAX && py_dict__entry(live, &e, i, &key, &thread); i++) {
		uint64_t text;
		char *name;

		if (!key || !thread || !py_int__value(live, key, &ident))
			continue;
		text = py_object__attribute(live, thread, "_name");
		name = text ? py_live__str(live, text) : NULL;
		if (name)
			*ARR_PUSH(*names, *n) = (struct py_name){ident, name};
	}
}

static int by_ident(const void *a, const void *b)
{
	uint64_t x = ((const struct py_name *)a)->ident, y = ((const struct py_name *)b)->ident;

	return x < y ? -1 : x > y;
}

struct py_name *py_names__read(struct py_live *live, size_t *n)
{
	uint64_t at = live->runtime + live->at.runtime_head, interp, modules, module;
	struct py_name *names = NULL;

	*n = 0;
	for (int i = 0; i < INTERPRETERS_MAX && py_live__word(live, at, &interp) && interp; i++) {
		if (py_live__word(live, interp + live->at.interp_modules, &modules)) {
			module = py_dict__find(live, modules, "threading");
			read_threads(live, py_module__global(live, module, "_active"), &names, n);
		}
		at = interp + live->at.interp_next;
	}
	if (names)
		qsort(names, *n, sizeof(*names), by_ident);
	return names;
}

const char *py_names__find(const struct py_name *names, size_t n, uint64_t ident)
{
	const struct py_name key = {.ident = ident};
	const struct py_name *found = n ? bsearch(&key, names, n, sizeof(key), by_ident) : NULL;

	return found ? found->name : NULL;
}

void py_names__free(struct py_name *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i].name);
	free(names);
}
