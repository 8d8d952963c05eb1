/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Why a thread that leaves its CPU cannot run: by the system call it is in and that one's first
 * arguments. It is current then, and its registers are those it entered the kernel with.
 */
#ifndef REASONS_BPF_H
#define REASONS_BPF_H

#include "holders.bpf.h"
#include <bpf/bpf_tracing.h>

/* A freezer's are of cgroup version 1 (since Linux 6.1) and of version 2. */
#define TASK_INTERRUPTIBLE     0x1
#define TASK_STOPPED_OR_TRACED 0xc
#define TASK_FROZEN	       0x8000
#define JOBCTL_TRAP_FREEZE     (1ul << 23)

/* What a system call waits for: an enum acc_reason, or one of these, which its arguments tell. */
enum tells {
	TELLS_FUTEX = ACC_REASONS, /* the first is where a lock is: an interpreter's, or another */
	TELLS_FILE,		   /* the first is a descriptor */
	TELLS_FILES,		   /* how many descriptors is the first; none: it sleeps */
	TELLS_LIST,		   /* and here the second */
	TELLS_RESUMED,		   /* what a stop had interrupted goes on */
};

#include "syscalls.bpf.h"

/* By the format in a file's mode (S_IFMT), plus 1; 0: other, such as an eventfd. */
const volatile __u8 file_reasons[16] = {
	[1] = ACC_REASON_PIPE + 1,    [2] = ACC_REASON_PIPE + 1, /* a character device is most often
								    a terminal */
	[4] = ACC_REASON_FILE + 1,    [6] = ACC_REASON_FILE + 1, [8] = ACC_REASON_FILE + 1,
	[12] = ACC_REASON_SOCKET + 1,
};

struct acc_range worlds[ACC_GILS] = {}; /* without the GIL: where their stops are waited for */
__u32 nworlds = 0;
struct acc_world world = {};

#define STACK_NEAR 4096 /* beyond the stack's end: in the frames of who waits */

/* Whether some of the worlds, from the nth on, have that thread state, or that interpreter. */
__noinline int is_of_world_some(__u64 at, __u64 interp, __u32 first)
{
	ONE_BY_ONE
	for (__u32 n = 0; n < SOME; n++) {
		__u32 i = (first + n) & (ACC_GILS - 1);

		if (i < nworlds && (at - worlds[i].start < worlds[i].bytes ||
				    interp == worlds[i].start - world.stops))
			return 1;
	}
	return 0;
}

/* Without the GIL, the reason of a wait at that address. Who waits in the interpreter's parking lot
 * does so in a record on its own stack; the word before says for what: its own thread state, while
 * another thread has stopped them all; who stops them waits in the interpreter's state. */
__noinline __u32 reason_of_parked(__u64 addr, __u64 sp)
{
	__u64 at = 0, interp = 0;

	if (!nworlds || addr - sp >= STACK_NEAR ||
	    bpf_probe_read_user(&at, sizeof(at), (void *)(addr - sizeof(at))))
		return ACC_REASON_LOCK;
	bpf_probe_read_user(&interp, sizeof(interp), (void *)(at - world.state + world.interp));
	ONE_BY_ONE
	for (__u32 i = 0; i < ACC_GILS && i < nworlds; i += SOME) {
		if (is_of_world_some(at, interp, i))
			return ACC_REASON_STW;
	}
	return ACC_REASON_LOCK;
}

/* The reason of a wait at that address: a GIL, whose address goes into *gil, or another lock. */
static __always_inline __u32 reason_of_lock(__u64 addr, __u64 sp, __u64 *gil)
{
	*gil = gil_at(addr);
	if (!*gil && interps && addr - sp >= STACK_NEAR)
		*gil = gil_of_newer(addr);
	return *gil ? ACC_REASON_GIL : reason_of_parked(addr, sp);
}

/* The reason of a wait at that descriptor, by what it is of; ACC_REASON_OTHER where that is not
 * known. */
static __always_inline __u32 reason_of_file(struct task_struct *task, __u32 fd)
{
	struct fdtable *table = task->files->fdt;
	struct file *file = 0;
	__u32 reason;

	if (fd >= table->max_fds || bpf_probe_read_kernel(&file, sizeof(file), table->fd + fd) ||
	    !file)
		return ACC_REASON_OTHER;
	reason = file_reasons[BPF_CORE_READ(file, f_inode, i_mode) >> 12 & 15];
	return reason ? reason - 1 : ACC_REASON_OTHER;
}

/* What the call waits for that goes on after a stop (a debugger's, our own): it has the registers
 * that it began with, but its number, and the kernel keeps what it needs of its arguments: a lock's
 * address and value, a list's address and length, or a clock. */
static __always_inline __u32 tells_resumed(struct task_struct *task, struct pt_regs *regs)
{
	if ((__u64)BPF_CORE_READ(task, restart_block.poll.ufds) != PROBED_ARG1(regs))
		return ACC_REASON_SLEEP;
	return (__u32)BPF_CORE_READ(task, restart_block.poll.nfds) == (__u32)PROBED_ARG2(regs)
		       ? TELLS_LIST
		       : TELLS_FUTEX;
}

/* Whether it is kept by version 2's freezer, in which it stands with the system call that was
 * broken off. While one is to freeze no other wait takes signals: that would not have begun, and
 * what takes none goes on until it is over. */
static __always_inline int is_in_freezer(struct task_struct *task, __u32 state)
{
	return state & TASK_INTERRUPTIBLE && task->jobctl & JOBCTL_TRAP_FREEZE;
}

/* The thread leaves its CPU in that state, which is not that it could run. Where it waits for a
 * GIL, which. */
static __always_inline __u32 reason_of(struct task_struct *task, __u32 state, __u64 *gil)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs(task);
	__u64 nr = syscall_nr(task, regs);
	__u32 tells;

	if (state & (TASK_STOPPED_OR_TRACED | TASK_FROZEN) || is_in_freezer(task, state))
		return ACC_REASON_STOPPED;
	if ((__s64)nr < 0) /* no system call: its own instruction */
		return ACC_REASON_FAULT;
	tells = nr < SYSCALLS ? syscall_reasons[nr] : 0;
	if (!tells--)
		return ACC_REASON_OTHER;
	if (tells < ACC_REASONS)
		return tells;
	if (tells == TELLS_RESUMED)
		tells = tells_resumed(task, regs);
	if (tells == TELLS_FUTEX)
		return reason_of_lock(PROBED_ARG1(regs), PROBED_SP(regs), gil);
	if (tells == TELLS_FILE)
		return reason_of_file(task, PROBED_ARG1(regs));
	if (tells == TELLS_FILES)
		return PROBED_ARG1(regs) ? ACC_REASON_POLL : ACC_REASON_SLEEP;
	if (tells == TELLS_LIST)
		return PROBED_ARG2(regs) ? ACC_REASON_POLL : ACC_REASON_SLEEP;
	return tells;
}

#endif
