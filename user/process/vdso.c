/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads the vDSO's symbols from the process's memory. */
#include "process/vdso.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/elf.h"
#include "process/procmap.h"
#include "process/procmem.h"

#define VDSO_MAX 65536

/* A time namespace (Linux 5.6) may shift CLOCK_MONOTONIC. */
static bool same_time(pid_t pid)
{
	char path[32], theirs[64] = "", ours[64] = "";

	snprintf(path, sizeof(path), "/proc/%d/ns/time", pid);
	if (readlink(path, theirs, sizeof(theirs) - 1) < 0 ||
	    readlink("/proc/self/ns/time", ours, sizeof(ours) - 1) < 0)
		return true;
	return !strcmp(theirs, ours);
}

static uint64_t symbol_of(void *image, size_t size, const char *name)
{
	struct elf *e = elf__of_memory(image, size);
	uint64_t addr = 0, bytes;

	if (!e || !elf__symbol(e, name, &addr, &bytes))
		addr = 0;
	elf__close(e);
	return addr;
}

uint64_t vdso__clock_gettime(pid_t pid, const char **why)
{
	struct procmap vdso;
	int mem = procmem__open(pid);
	uint64_t addr = 0;
	size_t size;
	void *image;

	*why = "it has no vDSO to read the clock by";
	if (mem < 0)
		return 0;
	if (!same_time(pid)) {
		*why = "it is in another time namespace";
	} else if (!procmap__find(pid, "[vdso]", &vdso) && vdso.end - vdso.start <= VDSO_MAX) {
		size = vdso.end - vdso.start;
		image = xcalloc(1, size);
		if (procmem__read(mem, vdso.start, image, size))
			addr = symbol_of(image, size, "__vdso_clock_gettime");
		free(image);
	}
	close(mem);
	return addr ? vdso.start + addr : 0;
}
