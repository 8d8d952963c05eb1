/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Allocation that cannot fail, and growing arrays. Knows nothing else. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *ptr)
{
	if (ptr)
		return ptr;
	fputs("bpfprof: out of memory: the system refused an allocation; free some and retry\n",
	      stderr);
	exit(1);
}

void *xcalloc(size_t n, size_t size)
{
	return must(calloc(n ? n : 1, size));
}

void *xrealloc(void *ptr, size_t n, size_t size)
{
	return must(reallocarray(ptr, n ? n : 1, size));
}

char *xstrdup(const char *s)
{
	return s ? must(strdup(s)) : NULL;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return must(s);
}

void *arr_grow(void *arr, size_t n, size_t size)
{
	if (!(n & (n - 1)))
		arr = xrealloc(arr, n ? n * 2 : 1, size);
	memset((char *)arr + n * size, 0, size);
	return arr;
}

char *xlist(char *all, const char *word)
{
	char *more = all ? xasprintf("%s, %s", all, word) : xstrdup(word);

	free(all);
	return more;
}
