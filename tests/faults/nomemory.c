/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * To be preloaded: allocation number NOMEMORY_AT (from 1 on) of the process and its forked children
 * fails, and no other; how many there were is written to the file NOMEMORY_COUNT at the end. What
 * the process starts is not preloaded.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static unsigned long at, n;
static pid_t self;

static int fails(void)
{
	if (__atomic_add_fetch(&n, 1, __ATOMIC_RELAXED) != at)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t m, size_t size)
{
	return fails() ? NULL : __libc_calloc(m, size);
}

void *realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}

void *reallocarray(void *p, size_t m, size_t size)
{
	return realloc(p, m * size);
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("NOMEMORY_AT");

	unsetenv("LD_PRELOAD");
	self = getpid();
	at = text ? strtoul(text, NULL, 10) : 0;
	n = 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("NOMEMORY_COUNT");
	unsigned long all = n;
	FILE *f = path && getpid() == self ? fopen(path, "w") : NULL;

	if (f) {
		fprintf(f, "%lu\n", all);
		fclose(f);
	}
}
