/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers and arguments of system calls, for BPF programs. */
#ifndef BPFPROF_AARCH64_SYSCALLS_H
#define BPFPROF_AARCH64_SYSCALLS_H

#include "arch/probed.bpf.h"

#define SYSCALLS 512

/* The number that this processor has, and a row of arch/syscalls.def that it may not have. */
#define SYSCALL_NR(x86_64, aarch64) aarch64
#define SYSCALL_OLD(...)	    /* none */

#define TIF_32BIT 22 /* a 32-bit program, whose system calls have other numbers */

/* With which a thread entered the kernel; negative as a signed number: by no system call. The
 * verifier does not follow a comparison of the lower half, which compilers would make of it. */
static __always_inline __u64 syscall_nr(const struct task_struct *task, const struct pt_regs *regs)
{
	__s64 nr = regs->syscallno;

	barrier_var(nr);
	return task->thread_info.flags & 1ul << TIF_32BIT ? SYSCALLS : (__u64)nr;
}

static __always_inline __u64 syscall_arg(const struct pt_regs *regs, __u32 n)
{
	/* the first register has the result by then */
	return n == 1 ? regs->orig_x0 : n == 2 ? PROBED_ARG2(regs) : PROBED_ARG3(regs);
}

#endif
