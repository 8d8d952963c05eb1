/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The registers of a thread that ptrace has stopped, as PTRACE_GETREGS gives them. */
#ifndef BPFPROF_ARCH_STOPPED_H
#define BPFPROF_ARCH_STOPPED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

#include "arch/x86_64/insn.h"

#define STOPPED_CALL_BYTES 2 /* of the instruction that makes a system call */

/* Whether it runs code of 64 bits. */
static inline bool stopped__is_64(const struct user_regs_struct *r)
{
	return r->cs == 0x33; /* the kernel's __USER_CS */
}

/* Where it goes on. */
static inline uint64_t stopped__at(const struct user_regs_struct *r)
{
	return r->rip;
}

/* The lowest address of its stack that is in use. */
static inline uint64_t stopped__stack(const struct user_regs_struct *r)
{
	return r->rsp - 128;
}

static inline void stopped__go_to(struct user_regs_struct *r, uint64_t addr)
{
	r->rip = addr;
}

/* Has it make a system call, by such an instruction at addr, and not restart one that the stop
 * interrupted. */
static inline void stopped__call(struct user_regs_struct *r, uint64_t addr, long nr,
				 const uint64_t args[6])
{
	r->rip = addr;
	r->rax = (uint64_t)nr;
	r->orig_rax = (uint64_t)-1;
	r->rdi = args[0];
	r->rsi = args[1];
	r->rdx = args[2];
	r->r10 = args[3];
	r->r8 = args[4];
	r->r9 = args[5];
}

/* What a system call has returned. */
static inline long stopped__result(const struct user_regs_struct *r)
{
	return (long)r->rax;
}

/* The system call that it is in; below 0: in none. */
static inline long stopped__nr(const struct user_regs_struct *r)
{
	return (long)r->orig_rax;
}

/* That call's first argument. */
static inline uint64_t stopped__argument(const struct user_regs_struct *r)
{
	return r->rdi;
}

/* The address of its control block. */
static inline uint64_t stopped__tcb(const struct user_regs_struct *r)
{
	return r->fs_base;
}

#endif
