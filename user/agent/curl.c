/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By the name of the library that the header is of. */
#include "agent/curl.h"

#include "base/library.h"
#include "base/log.h"

#define LIBRARY "libcurl.so.4"

struct curl curl;

static const struct library_function functions[] = {
#define CURL_FUNCTION(name) {"curl_" #name, (void **)&curl.name},
#include "agent/curl.def"
#undef CURL_FUNCTION
};

int curl__load(void)
{
	const char *why = library__load(LIBRARY, functions, sizeof(functions) / sizeof(*functions));

	if (why)
		return err("cannot push: %s; install libcurl4", why);
	return curl.global_init(CURL_GLOBAL_DEFAULT) ? err("cannot push: libcurl does not start")
						     : 0;
}
