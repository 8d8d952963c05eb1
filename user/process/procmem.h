/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The memory of a process, through one descriptor of /proc/PID/mem. It stays that of the program
 * that ran when it was opened: after an exec nothing is read or written any more.
 */
#ifndef BPFPROF_PROCMEM_H
#define BPFPROF_PROCMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int procmem__open(pid_t pid); /* a descriptor, or -errno */
/* Copies size bytes at addr, of the descriptor fd. False where not all of them can be read; errno
 * says why, unless a part could be. */
bool procmem__read(int fd, uint64_t addr, void *buf, size_t size);
/* Writes likewise, also into pages that the process itself may not write. */
bool procmem__write(int fd, uint64_t addr, const void *buf, size_t size);

/* A number of /proc/PID/status by its field ("TracerPid", "Seccomp"); 0 where there is none. */
int procstatus__number(pid_t pid, const char *field);
/* A field that is a set of signals ("SigIgn"). */
uint64_t procstatus__mask(pid_t pid, const char *field);
/* Of several numbers the last: of "NSpid", the one in the innermost pid namespace. */
int procstatus__last_number(pid_t pid, const char *field);

/* A file below a directory of /proc, the first 64 KiB; "" where it cannot be read. To be freed. */
char *procfile__text(int dir, const char *name);
/* The same of one that may have NULs in it, as cmdline and environ do: *n bytes, then a NUL. */
char *procfile__bytes(int dir, const char *name, size_t *n);

#endif
