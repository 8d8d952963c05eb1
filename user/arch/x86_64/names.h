/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What others call this processor: the kernel's audit, ELF files, Debian's directories. */
#ifndef BPFPROF_ARCH_NAMES_H
#define BPFPROF_ARCH_NAMES_H

#include <elf.h>
#include <linux/audit.h>

#define ARCH_AUDIT    AUDIT_ARCH_X86_64	 /* in struct seccomp_data */
#define ARCH_RELATIVE R_X86_64_RELATIVE	 /* a relocation that depends on the load address alone */
#define ARCH_TRIPLET  "x86_64-linux-gnu" /* the directory of Debian's libraries, below lib */

#endif
