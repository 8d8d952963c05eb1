/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A forked child that waits for our end. */
#include "process/guard.h"

#include <elf.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/shared.h"
#include "process/state.h"
#include "process/stops.h"

/* Shared with it: whose registers are changed. */
struct guarded {
	atomic_bool is_any;
	struct inject in;
};

static struct guarded *guarded;
static int guard = -1; /* a descriptor of the child */

static const unsigned char park[] = {INSN_PARK};

_Static_assert(sizeof(park) == sizeof(long), "a park is one word");

/* Where the vDSO's section headers are is of no use to a program that runs. */
#define PARK_AT offsetof(Elf64_Ehdr, e_shoff)

/* --- the child ---------------------------------------------------------------------------------
 */

/* False: it has ended. */
static bool stop(pid_t tid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, tid, 0, 0) || ptrace(PTRACE_INTERRUPT, tid, 0, 0))
		return false;
	while (waitpid(tid, &status, __WALL) == tid && WIFSTOPPED(status)) {
		if (STOP_EVENT(status) == PTRACE_EVENT_STOP)
			return true;
		ptrace(PTRACE_CONT, tid, 0, STOP_EVENT(status) ? 0 : WSTOPSIG(status));
	}
	return false;
}

/* It may have them already, and gone on since. */
static void give_back(const struct inject *in)
{
	struct stopped now;
	uint64_t mask;

	if (!stopped__get(in->worker, &now))
		return;
	if (stopped__at(&now) - in->park < sizeof(park))
		stopped__set(in->worker, &in->regs);
	if (!ptrace(PTRACE_GETSIGMASK, in->worker, sizeof(mask), &mask) &&
	    mask == (INJECT_BLOCKS & ~(1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1))))
		ptrace(PTRACE_SETSIGMASK, in->worker, sizeof(mask), &in->sigmask);
	guard__leave((struct inject *)in);
}

_Noreturn static void watch(int ours)
{
	struct pollfd end = {ours, POLLIN, 0};
	struct inject *in = &guarded->in;

	setsid();
	prctl(PR_SET_NAME, "bpfprof-guard");
	while (poll(&end, 1, -1) < 0)
		continue;
	if (atomic_load(&guarded->is_any) && stop(in->worker)) {
		give_back(in);
		ptrace(PTRACE_DETACH, in->worker, 0, 0);
	}
	_exit(0);
}

/* --- ours --------------------------------------------------------------------------------------
 */

/* It keeps none of our files open, that is what others wait for the end of. */
static void close_all_but(int fd)
{
	if (fd)
		syscall(SYS_close_range, 0, fd - 1, 0);
	syscall(SYS_close_range, fd + 1, ~0u, 0);
}

static int begin(void)
{
	int ours = process__open(getpid());
	sigset_t all, old;
	pid_t pid;

	if (ours < 0)
		return -1;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = fork();
	if (!pid) {
		close_all_but(ours);
		watch(ours);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(ours);
	guard = pid < 0 ? -1 : process__open(pid);
	return guard < 0 ? -1 : 0;
}

int guard__begin(void)
{
	guarded = shared__new(sizeof(*guarded));
	if (guarded && !begin())
		return 0;
	shared__free(guarded, sizeof(*guarded));
	guarded = NULL;
	return -1;
}

void guard__end(void)
{
	siginfo_t what;

	if (guard < 0)
		return;
	syscall(SYS_pidfd_send_signal, guard, SIGKILL, NULL, 0);
	waitid(P_PIDFD, guard, &what, WEXITED);
	close(guard);
	guard = -1;
	shared__free(guarded, sizeof(*guarded));
	guarded = NULL;
}

void guard__enter(struct inject *in, uint64_t vdso)
{
	const uint64_t at = vdso + PARK_AT;

	if (!guarded)
		return;
	errno = 0;
	in->park_was = ptrace(PTRACE_PEEKTEXT, in->worker, at, 0);
	if (errno)
		return;
	in->park = at;
	guarded->in = *in;
	atomic_store(&guarded->is_any, true);
	if (inject__poke(in, at, park, sizeof(park))) {
		atomic_store(&guarded->is_any, false);
		in->park = 0;
		return;
	}
	in->syscall_addr = at;
	in->ignores_trap = false; /* no step ends in a SIGTRAP */
}

void guard__leave(struct inject *in)
{
	if (!in->park)
		return;
	inject__poke(in, in->park, &in->park_was, sizeof(in->park_was));
	atomic_store(&guarded->is_any, false);
	in->park = 0;
}
