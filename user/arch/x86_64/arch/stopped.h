/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The registers of a thread that ptrace has stopped. */
#ifndef BPFPROF_ARCH_STOPPED_H
#define BPFPROF_ARCH_STOPPED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>

#include "arch/insn.h"

#define STOPPED_CALL_BYTES 2 /* of the instruction that makes a system call */
#define STOPPED_PAST_BREAK 1 /* how far behind a breakpoint a thread is that it has stopped */

struct stopped {
	struct user_regs_struct regs;
};

/* Its registers. False: it is not stopped, or is no more. */
static inline bool stopped__get(pid_t tid, struct stopped *r)
{
	return !ptrace(PTRACE_GETREGS, tid, 0, &r->regs);
}

/* Gives it these. */
static inline bool stopped__set(pid_t tid, const struct stopped *r)
{
	return !ptrace(PTRACE_SETREGS, tid, 0, &r->regs);
}

/* Whether it runs code of 64 bits. */
static inline bool stopped__is_64(const struct stopped *r)
{
	return r->regs.cs == 0x33; /* the kernel's __USER_CS */
}

/* Where it goes on. */
static inline uint64_t stopped__at(const struct stopped *r)
{
	return r->regs.rip;
}

/* The lowest address of its stack that is in use. */
static inline uint64_t stopped__stack(const struct stopped *r)
{
	return r->regs.rsp - 128;
}

static inline void stopped__go_to(struct stopped *r, uint64_t addr)
{
	r->regs.rip = addr;
}

/* Has it make a system call, by such an instruction at addr, and not restart one that the stop
 * interrupted. */
static inline void stopped__call(struct stopped *r, uint64_t addr, long nr, const uint64_t args[6])
{
	r->regs.rip = addr;
	r->regs.rax = (uint64_t)nr;
	r->regs.orig_rax = (uint64_t)-1;
	r->regs.rdi = args[0];
	r->regs.rsi = args[1];
	r->regs.rdx = args[2];
	r->regs.r10 = args[3];
	r->regs.r8 = args[4];
	r->regs.r9 = args[5];
}

/* What a system call has returned. */
static inline long stopped__result(const struct stopped *r)
{
	return (long)r->regs.rax;
}

/* Whether the stop has interrupted a system call that is to be made again: the kernel has left one
 * of these results (its errno.h). */
static inline bool stopped__calls_again(const struct stopped *r)
{
	const long restartsys = 512, restart_restartblock = 516;

	return stopped__result(r) <= -restartsys && stopped__result(r) >= -restart_restartblock;
}

/* The system call that it is in; below 0: in none. */
static inline long stopped__nr(const struct stopped *r)
{
	return (long)r->regs.orig_rax;
}

/* That call's first argument. */
static inline uint64_t stopped__argument(const struct stopped *r)
{
	return r->regs.rdi;
}

/* The address of its control block. */
static inline uint64_t stopped__tcb(const struct stopped *r)
{
	return r->regs.fs_base;
}

#endif
