/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The registers of a thread that ptrace has stopped. */
#ifndef BPFPROF_AARCH64_STOPPED_H
#define BPFPROF_AARCH64_STOPPED_H

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "arch/insn.h"

#define STOPPED_CALL_BYTES 4 /* of the instruction that makes a system call */
#define STOPPED_PAST_BREAK 0 /* how far behind a breakpoint a thread is that it has stopped */

#define STOPPED_CALL_INSN 0xd4000001u /* svc #0 */

struct stopped {
	struct user_regs_struct regs;
	uint64_t tcb;
	uint64_t is_64;
	int64_t in_call; /* the system call that the kernel says it is in; -1: in none */
	uint64_t before; /* the instruction before, in the lower half, and the one it is at */
};

static inline bool stopped__get_set(pid_t tid, int set, void *to, size_t *size)
{
	struct iovec part = {to, *size};
	long error = ptrace(PTRACE_GETREGSET, tid, set, &part);

	*size = part.iov_len;
	return !error;
}

/* Its registers. False: it is not stopped, or is no more. */
static inline bool stopped__get(pid_t tid, struct stopped *r)
{
	size_t size = sizeof(r->regs), word = sizeof(r->tcb), number = sizeof(int32_t);
	int32_t nr = -1;

	*r = (struct stopped){.in_call = -1};
	if (!stopped__get_set(tid, NT_PRSTATUS, &r->regs, &size))
		return false;
	r->is_64 = size == sizeof(r->regs);
	if (!r->is_64)
		return true;
	if (!stopped__get_set(tid, NT_ARM_TLS, &r->tcb, &word) ||
	    !stopped__get_set(tid, NT_ARM_SYSTEM_CALL, &nr, &number))
		return false;
	r->in_call = nr;
	errno = 0;
	r->before = (uint64_t)ptrace(PTRACE_PEEKTEXT, tid, r->regs.pc - 4, 0);
	return true;
}

/* Gives it these. */
static inline bool stopped__set(pid_t tid, const struct stopped *r)
{
	int32_t nr = (int32_t)r->in_call;
	struct iovec regs = {(void *)(uintptr_t)&r->regs, sizeof(r->regs)},
		     number = {&nr, sizeof(nr)};

	return !ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &regs) &&
	       !ptrace(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, &number);
}

/* Whether it runs code of 64 bits. */
static inline bool stopped__is_64(const struct stopped *r)
{
	return r->is_64;
}

/* Where it goes on. */
static inline uint64_t stopped__at(const struct stopped *r)
{
	return r->regs.pc;
}

/* The lowest address of its stack that is in use. */
static inline uint64_t stopped__stack(const struct stopped *r)
{
	return r->regs.sp;
}

static inline void stopped__go_to(struct stopped *r, uint64_t addr)
{
	r->regs.pc = addr;
}

/* Has it make a system call, by such an instruction at addr, and not restart one that the stop
 * interrupted. */
static inline void stopped__call(struct stopped *r, uint64_t addr, long nr, const uint64_t args[6])
{
	r->regs.pc = addr;
	r->regs.regs[8] = (uint64_t)nr;
	r->in_call = -1;
	for (int i = 0; i < 6; i++)
		r->regs.regs[i] = args[i];
}

/* What a system call has returned. */
static inline long stopped__result(const struct stopped *r)
{
	return (long)r->regs.regs[0];
}

/* Whether the stop has interrupted a system call that is to be made again: the kernel has forgotten
 * it, and led the thread back to the instruction that makes it. */
static inline bool stopped__calls_again(const struct stopped *r)
{
	return r->before >> 32 == STOPPED_CALL_INSN;
}

/* The system call that it is in; below 0: in none. One that a signal ended has left its number. */
static inline long stopped__nr(const struct stopped *r)
{
	long result = (long)r->regs.regs[0];
	bool was_ended = (uint32_t)r->before == STOPPED_CALL_INSN &&
			 (result == -EINTR || result == -ETIMEDOUT);

	if (r->in_call >= 0)
		return (long)r->in_call;
	return stopped__calls_again(r) || was_ended ? (long)r->regs.regs[8] : -1;
}

/* That call's first argument. */
static inline uint64_t stopped__argument(const struct stopped *r)
{
	return r->regs.regs[0];
}

/* The address of its control block. */
static inline uint64_t stopped__tcb(const struct stopped *r)
{
	return r->tcb;
}

#endif
