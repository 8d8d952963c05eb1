/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The executable mappings of a process. */
#ifndef BPFPROF_PROCMAP_H
#define BPFPROF_PROCMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct procmap {
	uint64_t start, end, offset;
	char *path; /* as the process sees it, without " (deleted)" */
};

struct procmaps {
	struct procmap *v;
	size_t n;
};

/* The executable file mappings listed in f, in /proc/PID/maps format; lines that do not parse are
 * passed over. */
void procmaps__read(struct procmaps *maps, FILE *f);
int procmaps__of_pid(struct procmaps *maps, pid_t pid); /* 0 or -errno */

/* The first mapping whose path begins with prefix ("[vdso]", "/memfd:..."); path stays NULL. 0,
 * -ENOENT or another -errno. */
int procmap__find(pid_t pid, const char *prefix, struct procmap *found);
/* Whether addr lies in one whose path begins with prefix. */
bool procmaps__named(const struct procmaps *maps, uint64_t addr, const char *prefix);
/* Whether addr lies in an executable mapping. */
bool procmap__holds(pid_t pid, uint64_t addr);

/* A page-aligned place of so many bytes where the process has nothing mapped, all of it within 31
 * bits of address (the reach of a jump), rather below than above; 0: there is none. It stays free
 * only while the process stands still. */
uint64_t procmap__hole(pid_t pid, uint64_t address, uint64_t bytes);

/* Frees the members; fine on a zeroed one. */
void procmaps__free(struct procmaps *maps);

#endif
