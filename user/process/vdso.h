/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kernel's library in a process. */
#ifndef BPFPROF_VDSO_H
#define BPFPROF_VDSO_H

#include <stdint.h>
#include <sys/types.h>

/* The address, in the process, of a clock_gettime that needs no libc. 0 with *why (static text)
 * where there is none, or where it would tell another time than ours. */
uint64_t vdso__clock_gettime(pid_t pid, const char **why);

#endif
