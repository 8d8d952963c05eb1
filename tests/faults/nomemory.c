/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * To be preloaded: allocation number NOMEMORY_AT (from 1 on) of the process and its forked children
 * fails, and no other. With NOMEMORY_FORK=N it is that of the N-th forked child by itself, not the
 * parent's. How many there were, and in each of the first children, is written to
 * the file NOMEMORY_COUNT at the end. What the process starts is not preloaded.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

#define CHILDREN 16

static unsigned long at, failing_fork, n;
static unsigned long *of_child; /* of each, shared with them */
static unsigned int forks, me;	/* 0: the parent */
static pid_t self;

static int fails(void)
{
	unsigned long now = __atomic_add_fetch(&n, 1, __ATOMIC_RELAXED);

	if (me && me < CHILDREN)
		of_child[me] = now;
	if (now != at || me != failing_fork)
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

static unsigned long number(const char *variable)
{
	const char *text = getenv(variable);

	return text ? strtoul(text, NULL, 10) : 0;
}

static void count_fork(void)
{
	forks++;
}

static void begin_child(void)
{
	if (!failing_fork)
		return;
	me = forks;
	n = 0;
}

__attribute__((constructor)) static void begin(void)
{
	unsetenv("LD_PRELOAD");
	self = getpid();
	at = number("NOMEMORY_AT");
	failing_fork = number("NOMEMORY_FORK");
	of_child = mmap(NULL, CHILDREN * sizeof(*of_child), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_atfork(count_fork, NULL, begin_child);
	n = 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("NOMEMORY_COUNT");
	unsigned long all = n;
	FILE *f = path && getpid() == self ? fopen(path, "w") : NULL;

	if (f) {
		fprintf(f, "%lu", all);
		for (unsigned int i = 1; i <= forks && i < CHILDREN; i++)
			fprintf(f, " %lu", of_child[i]);
		fputc('\n', f);
		fclose(f);
	}
}
