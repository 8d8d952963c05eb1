/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * System calls made by another process: it is stopped, one of its threads runs them through the
 * vDSO's syscall instruction with all signals blocked, and goes on as it was. Nothing of its libc
 * is called. A system call that was waiting is restarted by the kernel, as after a signal.
 */
#ifndef BPFPROF_INJECT_H
#define BPFPROF_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "arch/stopped.h"

struct inject {
	pid_t pid;
	pid_t *tids; /* stopped */
	size_t ntids;
	bool borrowed;	       /* they are somebody else's, to be let go by him */
	bool alone;	       /* there is one thread, and none that has ended unheard */
	bool filtered;	       /* seccomp says something to what the worker does */
	pid_t worker;	       /* the thread that makes the calls */
	uint64_t syscall_addr; /* of a syscall instruction in the process */
	uint64_t park; /* the same, behind which the worker stays (process/guard.h); 0: none */
	long park_was; /* what is there else */
	bool called;   /* a call was made there */
	struct stopped regs;
	uint64_t sigmask;
	bool ignores_trap;		      /* SIGTRAP (process/owntrap.h) */
	bool trap_of_process, trap_of_worker; /* such a signal was pending, to be sent again */
};

#define INJECT_BLOCKS (~(1ull << (SIGTRAP - 1))) /* of the worker's signals */

/* Stops every thread of pid; the caller has no children. 0, or -errno: -ESRCH where it has ended,
 * -EBUSY where another tracer has it, -ETIMEDOUT where a thread does not come to a stop: that one
 * is let go when the caller ends. What was stopped runs on after an error. */
int inject__stop(struct inject *in, pid_t pid);

/* The same without a worker, where no system calls are to be made: less is asked of the process. */
int inject__halt(struct inject *in, pid_t pid);

/* The same over threads that the caller traces and has stopped, and lets go. */
int inject__borrow(struct inject *in, pid_t pid, const pid_t *tids, size_t n);

/* The same over a thread that the caller traces and has stopped; the rest is the caller's. */
int inject__use(struct inject *in, pid_t pid, pid_t tid);

/* Of an error of one of these: what is wrong with the process, and what to do about it. */
const char *inject__why(int error);
const char *inject__advice(int error);

/* Who has a process stand still: hold(of, pid, inj) 0 or -errno, and then let_go(of, inj). */
struct holder {
	void *of; /* NULL: nobody */
	int (*hold)(void *of, pid_t pid, struct inject *inj);
	void (*let_go)(void *of, struct inject *inj);
};

/* Whether the worker's seccomp filters let that pass; one that asks somebody else does not. */
bool inject__may_call(const struct inject *in, long nr, const uint64_t args[6]);

/* The result of the system call, or -errno. -ECHILD: the process ended in it; -EPERM also where a
 * filter would not let it pass: it is not made then. */
long inject__call(struct inject *in, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		  uint64_t a4, uint64_t a5);

/* The same without a signal at its end, for which the kernel may change what it does at one;
 * nothing can be called any more then. */
long inject__call_last(struct inject *in, long nr, const uint64_t args[6]);

/* Runs code of ours in the process, whose argument is arg, up to a breakpoint in it. 0 or -ECHILD.
 */
int inject__run(struct inject *in, uint64_t code, uint64_t arg);

/* What a stopped thread was about. */
struct inject_thread {
	uint64_t tcb; /* where its control block is (arch/cpu.h); 0: it is gone */
	long nr;      /* the system call that it is in; -1: none */
	bool waits;   /* in that call, which the stop has interrupted */
	uint64_t arg; /* the call's first */
};

struct inject_thread inject__thread(pid_t tid);

/* Whether a thread that stands still is about to run an instruction that begins in (from, to). */
bool inject__is_in(const struct inject *in, uint64_t from, uint64_t to);

/* Writes where /proc/PID/mem may not: read-only memory, on kernels that forbid that. 0 or -errno.
 */
int inject__poke(const struct inject *in, uint64_t addr, const void *bytes, size_t n);

/* Gives the worker its registers and signals back; after inject__stop lets all threads go. */
void inject__done(struct inject *in);

#endif
