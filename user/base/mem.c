/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Allocation that cannot fail, and growing arrays. Knows nothing else. */
#include "base/mem.h"

#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Whose turn it is to end the process: nobody else's while something is to be undone first. */
static pthread_mutex_t ending = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static void (*undo)(void *of);
static void *undo_of;
static int silent;

void mem__undo_first(void (*how)(void *of), void *of)
{
	bool had = undo;

	if (how)
		pthread_mutex_lock(&ending);
	undo = how;
	undo_of = of;
	if (had)
		pthread_mutex_unlock(&ending);
}

void mem__end_silently(int status)
{
	silent = status;
}

void mem__refused(void)
{
	pthread_mutex_lock(&ending);
	if (undo)
		undo(undo_of);
	if (silent)
		_exit(silent);
	fputs("bpfprof: out of memory: the system refused an allocation; free some and retry\n",
	      stderr);
	exit(1);
}

static void *must(void *ptr)
{
	if (!ptr)
		mem__refused();
	return ptr;
}

#define HEAP_BYTES (16u << 20)

void mem__expect_much(void)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t begin, end;
	void *volatile grow; /* a compiler leaves out what nobody uses */

	/* one heap for all threads, which grows by so much at a time and has all but giants in it
	 */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 2 * HEAP_BYTES);
	mallopt(M_TRIM_THRESHOLD, 4 * HEAP_BYTES);
	mallopt(M_TOP_PAD, HEAP_BYTES);
	begin = (uintptr_t)sbrk(0);
	grow = malloc(HEAP_BYTES / 16);
	free(grow);
	end = (uintptr_t)sbrk(0);
	begin = (begin + page - 1) / page * page;
	if (end > begin)
		madvise((void *)begin, (end - begin) / page * page, MADV_HUGEPAGE);
}

void *xmalloc(size_t size)
{
	return must(malloc(size ? size : 1));
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

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	return must(s);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

void *arr_grow(void *arr, size_t n, size_t size)
{
	if (!(n & (n - 1)))
		arr = xrealloc(arr, n ? n * 2 : 1, size);
	memset((char *)arr + n * size, 0, size);
	return arr;
}

void *arr_copy(const void *arr, size_t n, size_t size)
{
	size_t room = 1;
	void *copy;

	if (!n)
		return NULL;
	while (room < n)
		room *= 2;
	copy = xmalloc(room * size);
	memcpy(copy, arr, n * size);
	return copy;
}

char *xappend(char *to, char *more)
{
	char *all = xasprintf("%s%s", to, more);

	free(to);
	free(more);
	return all;
}

char *xlist(char *all, const char *word)
{
	char *more = all ? xasprintf("%s, %s", all, word) : xstrdup(word);

	free(all);
	return more;
}
