/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System calls that differ between processors: those that only this one has, and their names by
 * number. */
#ifndef BPFPROF_SYSCALLS_H
#define BPFPROF_SYSCALLS_H

/* Those that start a process and that later processors do not have, as rows of a table with one
 * value more each. */
#define SYSCALLS_FORK(value)                                                                       \
	{SYS_fork, value},                                                                         \
	{                                                                                          \
		SYS_vfork, value                                                                   \
	}

/* Numbers from here on are those of the x32 ABI: the same calls, for programs of 32-bit pointers.
 */
#define SYSCALLS_OTHER 0x40000000u

/* The name of the system call with the number nr, where a thread can wait in it; NULL: it cannot,
 * or there is none. The text is static. */
const char *syscall__name(long nr);

#endif
