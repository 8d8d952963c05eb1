/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By the name of the library that the header is of. */
#include "agent/curl.h"

#include <dlfcn.h>
#include <stddef.h>

#include "base/log.h"

#define LIBRARY "libcurl.so.4"

struct curl curl;

static const struct {
	const char *name;
	void **to;
} functions[] = {
#define CURL_FUNCTION(name) {"curl_" #name, (void **)&curl.name},
#include "agent/curl.def"
#undef CURL_FUNCTION
};

int curl__load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < sizeof(functions) / sizeof(*functions); i++) {
		*functions[i].to = dlsym(library, functions[i].name);
		if (!*functions[i].to)
			library = NULL;
	}
	if (!library)
		return err("cannot push: %s; install libcurl4", dlerror());
	return curl.global_init(CURL_GLOBAL_DEFAULT) ? err("cannot push: libcurl does not start")
						     : 0;
}
