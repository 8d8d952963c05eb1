/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ptrace: stop, call, go on. Knows nothing of Python or BPF programs for it. */
#include "process/inject.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/names.h"
#include "arch/stopped.h"
#include "base/mem.h"
#include "process/guard.h"
#include "process/owntrap.h"
#include "process/seccomp.h"
#include "process/procmap.h"
#include "process/procmem.h"
#include "process/stops.h"

#define VDSO_MAX  16384
#define STEPS_MAX 64

/* Inside a system call that a signal may interrupt: there no restartable sequence (rseq) is under
 * way, which the kernel would take for finished when the thread runs elsewhere meanwhile. */
static bool is_waiting(pid_t tid)
{
	struct stopped regs;

	return stopped__get(tid, &regs) && stopped__nr(&regs) >= 0;
}

static pid_t choose_worker(const struct inject *in)
{
	for (size_t i = 0; i < in->ntids; i++) {
		if (is_waiting(in->tids[i]))
			return in->tids[i];
	}
	return in->tids[0];
}

/* 0 or -errno; -ENOEXEC: there is none. *begin: where the vDSO does. */
static int find_syscall(pid_t pid, uint64_t *addr, uint64_t *begin)
{
	static const unsigned char insn[] = {INSN_SYSCALL};
	unsigned char code[VDSO_MAX], *at = NULL;
	struct procmap vdso;
	size_t size;
	int error = procmap__find(pid, "[vdso]", &vdso), fd;

	if (error)
		return error == -ENOENT ? -ENOEXEC : error;
	fd = procmem__open(pid);
	if (fd < 0)
		return fd;
	size = vdso.end - vdso.start < VDSO_MAX ? vdso.end - vdso.start : VDSO_MAX;
	if (procmem__read(fd, vdso.start, code, size))
		at = memmem(code, size, insn, sizeof(insn));
	close(fd);
	if (!at)
		return -ENOEXEC;
	*addr = vdso.start + (at - code);
	*begin = vdso.start;
	return 0;
}

static int stop_anew(struct inject *in);

static void put_back(struct inject *in)
{
	own_trap__ignore(in);
	if (in->called)
		stop_anew(in);
	stopped__set(in->worker, &in->regs);
	ptrace(PTRACE_SETSIGMASK, in->worker, 8, &in->sigmask);
	guard__leave(in);
	own_trap__send(in);
}

/* Before this process ends. Were its threads not told to go, the last step of the worker would go
 * on, and end in a signal. */
static void undo(void *of)
{
	struct inject *in = of;

	put_back(in);
	for (size_t i = 0; i < in->ntids; i++)
		ptrace(PTRACE_DETACH, in->tids[i], 0, 0);
}

/* There is a worker, whose registers are to be put back, once they are known. Each step ends in a
 * SIGTRAP, for which the kernel would take the process's handler away where it is blocked. */
static int take_worker(struct inject *in, pid_t tid, uint64_t vdso)
{
	const uint64_t others = INJECT_BLOCKS;

	if (!stopped__get(tid, &in->regs) || !stopped__is_64(&in->regs) ||
	    ptrace(PTRACE_GETSIGMASK, tid, 8, &in->sigmask))
		return -ESRCH;
	in->worker = tid;
	if (vdso)
		guard__enter(in, vdso);
	if (ptrace(PTRACE_SETSIGMASK, tid, 8, &others)) {
		guard__leave(in);
		in->worker = 0;
		return -ESRCH;
	}
	in->filtered = seccomp__mode(tid);
	mem__undo_first(undo, in);
	return 0;
}

int inject__use(struct inject *in, pid_t pid, pid_t tid)
{
	uint64_t vdso;
	int error = find_syscall(pid, &in->syscall_addr, &vdso);

	in->pid = pid;
	in->ignores_trap = own_trap__is_ignored(pid);
	return error ? error : take_worker(in, tid, vdso);
}

int inject__borrow(struct inject *in, pid_t pid, const pid_t *tids, size_t n)
{
	int error;

	*in = (struct inject){
		.pid = pid, .borrowed = true, .alone = procstatus__number(pid, "Threads") == 1};
	for (size_t i = 0; i < n; i++)
		*ARR_PUSH(in->tids, in->ntids) = tids[i];
	error = inject__use(in, pid, choose_worker(in));
	if (error)
		inject__done(in);
	return error;
}

/* What can be found out before is not looked for while the process stands still. If it has run
 * another program meanwhile, the first call fails. */
int inject__stop(struct inject *in, pid_t pid)
{
	uint64_t addr, vdso;
	bool ignores_trap = own_trap__is_ignored(pid);
	int unknown = find_syscall(pid, &addr, &vdso), error = inject__halt(in, pid);

	if (error)
		return error;
	in->syscall_addr = addr;
	in->ignores_trap = ignores_trap;
	error = unknown ? unknown : take_worker(in, choose_worker(in), 0);
	if (error)
		inject__done(in);
	return error;
}

/* The end of a thread is left to be heard by whose it is. */
static bool has_ended(pid_t tid)
{
	siginfo_t what = {0};

	return waitid(P_PID, tid, &what, WEXITED | __WALL | WNOHANG | WNOWAIT) ||
	       (what.si_pid && what.si_code != CLD_TRAPPED);
}

/* The leader of threads that were killed is not heard of before all of them are. */
static bool has_any_ended(const struct inject *in)
{
	for (size_t i = 0; i < in->ntids; i++) {
		if (has_ended(in->tids[i]))
			return true;
	}
	return has_ended(in->worker);
}

/* A leader that is alone can be waited for by itself, however much there is to be heard of others;
 * else its end is told only once the others' ends have been heard. */
static void await_word(const struct inject *in)
{
	siginfo_t what;

	waitid(in->alone ? P_PID : P_ALL, in->worker, &what, WSTOPPED | WEXITED | __WALL | WNOWAIT);
}

static bool hear_borrowed(const struct inject *in, int *status)
{
	siginfo_t what;

	do {
		await_word(in);
		what = (siginfo_t){0};
		if (waitid(P_PID, in->worker, &what, WSTOPPED | __WALL | WNOHANG | WNOWAIT))
			return false;
		if (what.si_pid)
			return waitpid(in->worker, status, __WALL) == in->worker &&
			       WIFSTOPPED(*status);
	} while (!has_any_ended(in));
	return false;
}

/* Waits for the worker. The others that were stopped may be killed with it, and a leader is not
 * heard of before they are. */
static bool hear_worker(const struct inject *in, int *status)
{
	pid_t tid;

	if (in->borrowed)
		return hear_borrowed(in, status);
	do
		tid = waitpid(in->ntids ? -1 : in->worker, status, __WALL);
	while (tid > 0 && tid != in->worker);
	return tid == in->worker && WIFSTOPPED(*status);
}

/* A stop for a system call, a step or a breakpoint, and for no signal that was sent. */
static bool is_trap(struct inject *in, int status)
{
	const int sig = WSTOPSIG(status);

	return !STOP_EVENT(status) && (sig == SIGTRAP || sig == STOP_SYSCALL) &&
	       !own_trap__came(in);
}

/* The worker runs on until a SIGTRAP: at its next instruction, or (PTRACE_CONT) at a breakpoint; or
 * until that event. 0 or -ECHILD. */
static int run_on(struct inject *in, enum __ptrace_request how, int event)
{
	int status;

	for (int i = 0; i < STEPS_MAX; i++) {
		if (ptrace(how, in->worker, 0, 0) || !hear_worker(in, &status))
			return -ECHILD;
		if (event ? STOP_EVENT(status) == event : is_trap(in, status))
			return 0;
	}
	return -ECHILD;
}

/* Past the instruction that is at addr. Who was stopped on the way out of a system call, as a
 * forked child at its birth, comes out of that first. 0 or -ECHILD. */
static int step_past(struct inject *in, uint64_t addr, struct stopped *r)
{
	for (int i = 0; i < 2; i++) {
		if (run_on(in, PTRACE_SINGLESTEP, 0) || !stopped__get(in->worker, r))
			return -ECHILD;
		if (stopped__at(r) == addr + STOPPED_CALL_BYTES)
			return 0;
		if (stopped__at(r) != addr)
			return -ECHILD;
	}
	return -ECHILD;
}

/* The same through the calls that are made where a guard watches: into this one and out of it. */
static int pass(struct inject *in, struct stopped *r)
{
	struct __ptrace_syscall_info si;

	in->called = true;
	for (int i = 0; i < 3; i++) {
		if (run_on(in, PTRACE_SYSCALL, 0) ||
		    ptrace(PTRACE_GET_SYSCALL_INFO, in->worker, sizeof(si), &si) <= 0 ||
		    !stopped__get(in->worker, r))
			return -ECHILD;
		if (si.op == PTRACE_SYSCALL_INFO_EXIT &&
		    stopped__at(r) == in->syscall_addr + STOPPED_CALL_BYTES)
			return 0;
	}
	return -ECHILD;
}

/* From the stop behind the call the kernel would not restart one that the first stop has
 * interrupted: from an event it does, as from that one. */
static int stop_anew(struct inject *in)
{
	return ptrace(PTRACE_INTERRUPT, in->worker, 0, 0)
		       ? -ECHILD
		       : run_on(in, PTRACE_CONT, PTRACE_EVENT_STOP);
}

bool inject__may_call(const struct inject *in, long nr, const uint64_t args[6])
{
	struct seccomp_data data = {.nr = nr,
				    .arch = ARCH_AUDIT,
				    .instruction_pointer = in->syscall_addr + STOPPED_CALL_BYTES};
	uint32_t action;

	if (!in->filtered)
		return true;
	memcpy(data.args, args, sizeof(data.args));
	action = seccomp__action(in->worker, &data);
	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

/* A filter that has come since the process was entered may kill for what passed then. */
long inject__call(struct inject *in, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		  uint64_t a4, uint64_t a5)
{
	const uint64_t args[6] = {a0, a1, a2, a3, a4, a5};
	struct stopped r = in->regs;

	if (!inject__may_call(in, nr, args))
		return -EPERM;
	stopped__call(&r, in->syscall_addr, nr, args);
	if (!stopped__set(in->worker, &r) ||
	    (in->park ? pass(in, &r) : step_past(in, in->syscall_addr, &r)))
		return -ECHILD;
	return stopped__result(&r);
}

long inject__call_last(struct inject *in, long nr, const uint64_t args[6])
{
	struct stopped r = in->regs;

	stopped__call(&r, in->syscall_addr, nr, args);
	if (!stopped__set(in->worker, &r) || run_on(in, PTRACE_SYSCALL, 0) ||
	    run_on(in, PTRACE_SYSCALL, 0) || !stopped__get(in->worker, &r) || stop_anew(in))
		return -ECHILD;
	return stopped__result(&r);
}

int inject__run(struct inject *in, uint64_t code, uint64_t arg)
{
	struct stopped r = in->regs;

	stopped__call(&r, code, 0, (uint64_t[6]){arg});
	return stopped__set(in->worker, &r) ? run_on(in, PTRACE_CONT, 0) : -ECHILD;
}

/* Whether a call ended only because the thread was to stop, or its time was over. */
static bool was_waiting(const struct stopped *r)
{
	long result = stopped__result(r);

	return result == -EINTR || result == -ETIMEDOUT || stopped__calls_again(r);
}

struct inject_thread inject__thread(pid_t tid)
{
	struct stopped regs;
	long nr;

	if (!stopped__get(tid, &regs))
		return (struct inject_thread){.nr = -1};
	nr = stopped__nr(&regs);
	return (struct inject_thread){stopped__tcb(&regs), nr, nr >= 0 && was_waiting(&regs),
				      stopped__argument(&regs)};
}

void inject__done(struct inject *in)
{
	if (in->worker) {
		put_back(in);
		mem__undo_first(NULL, NULL);
	}
	for (size_t i = 0; i < in->ntids && !in->borrowed; i++)
		ptrace(PTRACE_DETACH, in->tids[i], 0, 0);
	free(in->tids);
	*in = (struct inject){0};
}

static bool is_between(const struct stopped *r, uint64_t from, uint64_t to)
{
	return stopped__at(r) > from && stopped__at(r) < to;
}

bool inject__is_in(const struct inject *in, uint64_t from, uint64_t to)
{
	struct stopped regs;

	for (size_t i = 0; i < in->ntids; i++) {
		if (!stopped__get(in->tids[i], &regs) || is_between(&regs, from, to))
			return true;
	}
	return is_between(&in->regs, from, to);
}

int inject__poke(const struct inject *in, uint64_t addr, const void *bytes, size_t n)
{
	const unsigned char *from = bytes;

	for (size_t i = 0; i < n;) {
		uint64_t at = (addr + i) & ~7ull, word;
		size_t skip = addr + i - at, count = 8 - skip < n - i ? 8 - skip : n - i;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, in->worker, at, 0);
		if (errno)
			return -errno;
		memcpy((char *)&word + skip, from + i, count);
		if (ptrace(PTRACE_POKEDATA, in->worker, at, word))
			return -errno;
		i += count;
	}
	return 0;
}
