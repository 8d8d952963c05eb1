/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What others call this processor: the kernel's audit, ELF files, Debian's directories. And the
 * system calls that not every processor has. */
#ifndef BPFPROF_ARCH_NAMES_H
#define BPFPROF_ARCH_NAMES_H

#include <elf.h>
#include <linux/audit.h>

#define ARCH_AUDIT    AUDIT_ARCH_X86_64	 /* in struct seccomp_data */
#define ARCH_RELATIVE R_X86_64_RELATIVE	 /* a relocation that depends on the load address alone */
#define ARCH_TRIPLET  "x86_64-linux-gnu" /* the directory of Debian's libraries, below lib */

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

#endif
