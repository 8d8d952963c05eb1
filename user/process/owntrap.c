/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* SIGTRAP put back as it was. */
#include "process/owntrap.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/inject.h"
#include "process/procmem.h"

/* As the kernel takes it. */
struct action {
	uint64_t handler, flags, restorer, mask;
};

#define BIT (1ull << (SIGTRAP - 1))

bool own_trap__is_ignored(pid_t pid)
{
	return procstatus__mask(pid, "SigIgn") & BIT;
}

bool own_trap__is_blocked(pid_t pid)
{
	return procstatus__mask(pid, "SigBlk") & BIT;
}

/* The kernel of aarch64 reports a step out of a system call as if nobody had sent it by kill(). */
static bool was_sent(const siginfo_t *info)
{
	return info->si_code <= 0 && (info->si_code != SI_USER || info->si_pid || info->si_uid);
}

bool own_trap__came(struct inject *in)
{
	siginfo_t si;

	if (ptrace(PTRACE_GETSIGINFO, in->worker, 0, &si) || !was_sent(&si))
		return false;
	*(si.si_code == SI_TKILL ? &in->trap_of_worker : &in->trap_of_process) = true;
	return true;
}

static bool peek(pid_t tid, uint64_t addr, struct action *to)
{
	uint64_t words[sizeof(*to) / 8];

	errno = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		words[i] = ptrace(PTRACE_PEEKDATA, tid, addr + 8 * i, 0);
	*to = (struct action){words[0], words[1], words[2], words[3]};
	return !errno;
}

/* By what is free of the worker's stack. The last call must not end in a SIGTRAP. */
void own_trap__ignore(struct inject *in)
{
	const uint64_t at = (stopped__stack(&in->regs) - sizeof(struct action)) & ~15ull;
	struct action before, now;

	if (!in->ignores_trap || !peek(in->worker, at, &before))
		return;
	if (!inject__call(in, SYS_rt_sigaction, SIGTRAP, 0, at, sizeof(now.mask), 0, 0) &&
	    peek(in->worker, at, &now)) {
		now.handler = (uintptr_t)SIG_IGN;
		inject__poke(in, at, &now, sizeof(now));
		inject__call_last(in, SYS_rt_sigaction,
				  (uint64_t[6]){SIGTRAP, at, 0, sizeof(now.mask)});
	}
	inject__poke(in, at, &before, sizeof(before));
}

void own_trap__block(pid_t tid)
{
	uint64_t mask;

	if (ptrace(PTRACE_GETSIGMASK, tid, sizeof(mask), &mask))
		return;
	mask |= BIT;
	ptrace(PTRACE_SETSIGMASK, tid, sizeof(mask), &mask);
}

void own_trap__ignore_again(pid_t pid, pid_t tid)
{
	struct inject in;

	if (inject__borrow(&in, pid, &tid, 1))
		return;
	in.ignores_trap = true;
	inject__done(&in);
}

void own_trap__send(const struct inject *in)
{
	if (in->trap_of_process)
		kill(in->pid, SIGTRAP);
	if (in->trap_of_worker)
		syscall(SYS_tgkill, in->pid, in->worker, SIGTRAP);
}
