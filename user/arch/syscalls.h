/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The names of system calls by number. */
#ifndef BPFPROF_SYSCALLS_H
#define BPFPROF_SYSCALLS_H

/* The name of the system call with the number nr, where a thread can wait in it; NULL: it cannot,
 * or there is none. The text is static. */
const char *syscall__name(long nr);

#endif
