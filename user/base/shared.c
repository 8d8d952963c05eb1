/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Shared anonymous mappings. */
#include "base/shared.h"

#include <stdint.h>
#include <sys/mman.h>

#define PAGE 4096ul

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14; before, memory comes as it is touched */
#endif

void *shared__new(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void shared__free(void *memory, size_t size)
{
	if (memory)
		munmap(memory, size);
}

void shared__warm(void *at, size_t size)
{
	uintptr_t begin = (uintptr_t)at & -PAGE, end = ((uintptr_t)at + size) & -PAGE;

	madvise((void *)begin, end - begin, MADV_POPULATE_WRITE);
}
