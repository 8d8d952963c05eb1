/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By the name of the library that the header is of. */
#include "live/httpd.h"

#include "base/library.h"
#include "base/log.h"

#define LIBRARY "libmicrohttpd.so.12"

struct httpd httpd;

static const struct library_function functions[] = {
#define HTTPD(name) {"MHD_" #name, (void **)&httpd.name},
#include "live/httpd.def"
#undef HTTPD
};

int httpd__load(void)
{
	const char *why = library__load(LIBRARY, functions, sizeof(functions) / sizeof(*functions));

	return why ? err("cannot serve: %s; install libmicrohttpd 0.9", why) : 0;
}
