/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The memory of a process that stands still, read a page at a time, each page once: what lies side
 * by side costs one system call. After the process has run, pages__forget must be called.
 * Not thread-safe.
 */
#ifndef BPFPROF_PAGES_H
#define BPFPROF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGES_KEPT 4096 /* 16 MB; a page pushes out another where their numbers agree modulo it */

struct pages;

/* Copies size bytes at addr into buf; false where they cannot be read. */
typedef bool (*pages_fetch)(void *source, uint64_t addr, void *buf, size_t size);

/* Pages that are read by fetch, or of the process whose memory is mem (procmem__open). source and
 * mem stay the caller's, and must outlive the pages. NULL: out of memory. */
struct pages *pages__new(pages_fetch fetch, void *source);
struct pages *pages__of_process(int mem);
void pages__free(struct pages *p); /* accepts NULL */

/* Makes memory for 4 MB of pages ready, in the process that is to read and before the other is
 * stopped: each first touch costs more than reading a page does. */
void pages__warm(struct pages *p);

/* Copies size bytes at addr. False where a page of them cannot be read; buf is then filled in part.
 */
bool pages__read(struct pages *p, uint64_t addr, void *buf, size_t size);
/* The process has run: what was kept is read anew. */
void pages__forget(struct pages *p);

#endif
