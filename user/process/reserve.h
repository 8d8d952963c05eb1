/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Descriptors kept for the way out of a process: who could enter one and has used up all others
 * since can still leave it. For the main thread.
 */
#ifndef BPFPROF_RESERVE_H
#define BPFPROF_RESERVE_H

#include <stdbool.h>
#include <sys/types.h>

bool reserve__take(void); /* as many as are missing; false: there are not so many, see errno */
/* As procmem__open, and takes what leaving the process needs. */
int reserve__open_memory(pid_t pid);
void reserve__release(void);

#endif
