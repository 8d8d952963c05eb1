/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All functions at once: one that is missing is found out before any is called. */
#include "base/library.h"

#include <dlfcn.h>

const char *library__load(const char *file, const struct library_function *functions, size_t n)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < n; i++) {
		*functions[i].to = dlsym(library, functions[i].name);
		if (!*functions[i].to)
			library = NULL;
	}
	return library ? NULL : dlerror();
}
