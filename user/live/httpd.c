/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By the name of the library that the header is of. */
#include "live/httpd.h"

#include <dlfcn.h>

#include "base/log.h"

#define LIBRARY "libmicrohttpd.so.12"

struct httpd httpd;

static const struct {
	const char *name;
	void **to;
} functions[] = {
#define HTTPD(name) {"MHD_" #name, (void **)&httpd.name},
#include "live/httpd.def"
#undef HTTPD
};

int httpd__load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < sizeof(functions) / sizeof(*functions); i++) {
		*functions[i].to = dlsym(library, functions[i].name);
		if (!*functions[i].to)
			library = NULL;
	}
	return library ? 0 : err("cannot serve: %s; install libmicrohttpd 0.9", dlerror());
}
