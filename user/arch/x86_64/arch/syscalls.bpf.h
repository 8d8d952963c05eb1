/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers and arguments of system calls, for BPF programs. */
#ifndef BPFPROF_ARCH_SYSCALLS_H
#define BPFPROF_ARCH_SYSCALLS_H

#include "arch/probed.bpf.h"

#define SYSCALLS 512

/* The number that this processor has, and a row of arch/syscalls.def that it may not have. */
#define SYSCALL_NR(x86_64, aarch64) x86_64
#define SYSCALL_OLD(...)	    __VA_ARGS__

#define TS_COMPAT 2 /* a 32-bit system call, whose numbers are others */

/* With which a thread entered the kernel; negative as a signed number: by no system call. */
static __always_inline __u64 syscall_nr(const struct task_struct *task, const struct pt_regs *regs)
{
	return task->thread_info.status & TS_COMPAT ? SYSCALLS : regs->orig_ax;
}

static __always_inline __u64 syscall_arg(const struct pt_regs *regs, __u32 n)
{
	return n == 1 ? PROBED_ARG1(regs) : n == 2 ? PROBED_ARG2(regs) : PROBED_ARG3(regs);
}

#endif
