/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What others call this processor: the kernel's audit, ELF files, Debian's directories. And the
 * system calls that not every processor has. */
#ifndef BPFPROF_AARCH64_NAMES_H
#define BPFPROF_AARCH64_NAMES_H

#include <asm/unistd.h>
#include <elf.h>
#include <linux/audit.h>

#define ARCH_AUDIT    AUDIT_ARCH_AARCH64  /* in struct seccomp_data */
#define ARCH_RELATIVE R_AARCH64_RELATIVE  /* a relocation that depends on the load address alone */
#define ARCH_TRIPLET  "aarch64-linux-gnu" /* the directory of Debian's libraries, below lib */

/* Those that start a process and that later processors do not have: this one has none of them. A
 * number beyond all stands for them. */
#define SYSCALLS_FORK(value)                                                                       \
	{                                                                                          \
		__NR_syscalls, value                                                               \
	}

/* Numbers from here on would be of another ABI: there is none. */
#define SYSCALLS_OTHER 0xffffffffu

#endif
