/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Allocation that ends the program (status 1, one line) when memory is out. */
#ifndef BPFPROF_MEM_H
#define BPFPROF_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* For a program that will fill some megabytes at once: they come from huge pages, as far as the
 * kernel has some, for on a virtual machine each page takes longer than to fill it. Before the
 * first thread. */
void mem__expect_much(void);

/* Before the process ends for want of memory, undo(of) is called, by the thread that has asked for
 * it; the end of another thread waits until it is asked for no more, with NULL. One at a time. */
void mem__undo_first(void (*undo)(void *of), void *of);

/* From now on, where memory is out, the process ends with that status (not 0) and prints nothing:
 * whoever waits for it does. */
void mem__end_silently(int status);

/* Ends the process for want of memory: a library has been refused some. */
_Noreturn void mem__refused(void);

/* As the functions without the x, but they never return NULL. What they return is to be freed by
 * free(). */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *ptr, size_t n, size_t size);
char *xstrdup(const char *s); /* NULL stays NULL */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
char *xappend(char *to, char *more);	  /* takes both */
char *xlist(char *all, const char *word); /* "all, word"; takes all, which may be NULL */

/* Room for one more element at the end of a growing array: the capacity is the power of two
 * that holds n, so an array needs no more state than its pointer and its length. */
#define ARR_PUSH(arr, n) ((arr) = arr_grow((arr), (n), sizeof(*(arr))), &(arr)[(n)++])
void *arr_grow(void *arr, size_t n, size_t size);	/* the new element is zeroed */
void *arr_copy(const void *arr, size_t n, size_t size); /* may grow like the other */

#endif
