/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ptrace: stop, call, go on. Knows nothing of Python or BPF programs for it. */
#include "process/inject.h"

#include <dirent.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arch/x86_64/stopped.h"
#include "base/mem.h"
#include "process/seccomp.h"
#include "process/procmap.h"
#include "process/procmem.h"

#define EVENT(status) ((status) >> 16)
#define VDSO_MAX      16384
#define STEPS_MAX     64
#define LOOK_AGAIN_NS 20000000

/* What the kernel leaves in the result of a call that is to be made again (its errno.h). */
#define ERESTARTSYS	      512
#define ERESTART_RESTARTBLOCK 516

/* An exited leader stays as a zombie while other threads run. */
static bool is_dead(pid_t pid, pid_t tid)
{
	char path[64], line[512];
	const char *comm_end;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return true;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	comm_end = strrchr(line, ')'); /* "TID (COMM) STATE ...", where COMM may hold anything */
	return !comm_end || !comm_end[1] || comm_end[2] == 'Z' || comm_end[2] == 'X';
}

/* Asks a thread to stop, which it then does in its own time. */
static int ask_thread(struct inject *in, pid_t tid)
{
	if (ptrace(PTRACE_SEIZE, tid, 0, 0)) {
		int error = errno;

		if (error == ESRCH || is_dead(in->pid, tid))
			return 0;
		return procstatus__number(tid, "TracerPid") ? -EBUSY : -error;
	}
	if (!ptrace(PTRACE_INTERRUPT, tid, 0, 0))
		*ARR_PUSH(in->tids, in->ntids) = tid;
	return 0;
}

static bool is_gone(pid_t pid, pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	return access(path, F_OK);
}

/* The threads that were asked to stop and have not been heard of yet are below 0. */
static pid_t *asked(struct inject *in, pid_t tid, size_t *next)
{
	if (*next >= in->ntids || in->tids[*next] != -tid) {
		for (*next = 0; *next < in->ntids && in->tids[*next] != -tid; ++*next)
			continue;
	}
	return *next < in->ntids ? &in->tids[(*next)++] : NULL;
}

/* Forgets those that are gone without a word: an exec by another thread ends them. How many are
 * still to be heard of. */
static size_t forget_gone(struct inject *in)
{
	size_t n = 0;

	for (size_t i = 0; i < in->ntids; i++) {
		if (in->tids[i] < 0 && is_gone(in->pid, -in->tids[i]))
			in->tids[i] = 0;
		n += in->tids[i] < 0;
	}
	return n;
}

/* The next thread that has stopped or ended, with its status; 0: there is none to be waited for. A
 * leader that is killed is not heard of before all others are, so no thread is waited for alone. */
static pid_t next_heard(struct inject *in, int *status)
{
	const struct timespec soon = {.tv_nsec = LOOK_AGAIN_NS};
	sigset_t child;
	pid_t tid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (!(tid = waitpid(-1, status, __WALL | WNOHANG))) {
		if (sigtimedwait(&child, NULL, &soon) < 0 && !forget_gone(in))
			return 0;
	}
	return tid > 0 ? tid : 0;
}

/* Waits for the threads from the first-th on, which were asked to stop; those that ended instead
 * are forgotten. Signals that arrive first are delivered, which runs nothing of the program as the
 * stop is still due. */
static void await_threads(struct inject *in, size_t first)
{
	size_t left = in->ntids - first, next = first, n = first;
	int status;
	pid_t tid;

	for (size_t i = first; i < in->ntids; i++)
		in->tids[i] = -in->tids[i];
	while (left && (tid = next_heard(in, &status))) {
		pid_t *found = asked(in, tid, &next);

		if (WIFSTOPPED(status) && EVENT(status) != PTRACE_EVENT_STOP) {
			ptrace(PTRACE_CONT, tid, 0, EVENT(status) ? 0 : WSTOPSIG(status));
			continue;
		}
		if (!found)
			continue;
		*found = WIFSTOPPED(status) ? tid : 0;
		left--;
	}
	for (size_t i = first; i < in->ntids; i++) {
		if (in->tids[i] > 0)
			in->tids[n++] = in->tids[i];
	}
	in->ntids = n;
}

/* next: where it will be, if threads are listed in the order in which they were before. */
static bool is_asked(const struct inject *in, pid_t tid, size_t *next)
{
	if (*next < in->ntids && in->tids[*next] == tid) {
		++*next;
		return true;
	}
	for (size_t i = 0; i < in->ntids; i++) {
		if (in->tids[i] == tid)
			return true;
	}
	return false;
}

/* Stops the threads that are there and not stopped yet, all of them at once: on a busy machine
 * each may take a while to come to it. How many were stopped, or -errno. */
static int stop_round(struct inject *in)
{
	char path[32];
	size_t before = in->ntids, next = 0;
	struct dirent *d;
	int error = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", in->pid);
	dir = opendir(path);
	if (!dir)
		return -ESRCH;
	while (!error && (d = readdir(dir))) {
		pid_t tid = atoi(d->d_name);

		if (tid > 0 && !is_asked(in, tid, &next))
			error = ask_thread(in, tid);
	}
	closedir(dir);
	await_threads(in, before);
	return error ? error : (int)(in->ntids - before);
}

/* Inside a system call that a signal may interrupt: there no restartable sequence (rseq) is under
 * way, which the kernel would take for finished when the thread runs elsewhere meanwhile. */
static bool is_waiting(pid_t tid)
{
	struct user_regs_struct regs;

	return !ptrace(PTRACE_GETREGS, tid, 0, &regs) && stopped__nr(&regs) >= 0;
}

static pid_t choose_worker(const struct inject *in)
{
	for (size_t i = 0; i < in->ntids; i++) {
		if (is_waiting(in->tids[i]))
			return in->tids[i];
	}
	return in->tids[0];
}

static uint64_t find_syscall(pid_t pid)
{
	static const unsigned char insn[] = {0x0f, 0x05};
	unsigned char code[VDSO_MAX], *at = NULL;
	struct procmap vdso;
	size_t size;
	int fd = procmem__open(pid);

	if (fd < 0 || procmap__find(pid, "[vdso]", &vdso)) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	size = vdso.end - vdso.start < VDSO_MAX ? vdso.end - vdso.start : VDSO_MAX;
	if (procmem__read(fd, vdso.start, code, size))
		at = memmem(code, size, insn, sizeof(insn));
	close(fd);
	return at ? vdso.start + (at - code) : 0;
}

int inject__use(struct inject *in, pid_t pid, pid_t tid)
{
	uint64_t all = ~0ull;

	in->pid = pid;
	in->worker = tid;
	in->syscall_addr = find_syscall(pid);
	if (!in->syscall_addr)
		return -ENOEXEC;
	if (ptrace(PTRACE_GETREGS, tid, 0, &in->regs) || in->regs.cs != 0x33 ||
	    ptrace(PTRACE_GETSIGMASK, tid, 8, &in->sigmask) ||
	    ptrace(PTRACE_SETSIGMASK, tid, 8, &all))
		return -ESRCH;
	return 0;
}

int inject__halt(struct inject *in, pid_t pid)
{
	int n;

	*in = (struct inject){.pid = pid};
	while ((n = stop_round(in)) > 0)
		continue;
	if (!n && !in->ntids)
		n = -ESRCH;
	if (n)
		inject__done(in);
	return n;
}

int inject__stop(struct inject *in, pid_t pid)
{
	int error = inject__halt(in, pid);

	if (error)
		return error;
	error = inject__use(in, pid, choose_worker(in));
	if (error)
		inject__done(in);
	return error;
}

/* Waits for the worker. The others that were stopped may be killed with it, and a leader is not
 * heard of before they are. */
static bool hear_worker(const struct inject *in, int *status)
{
	pid_t tid;

	do
		tid = waitpid(in->ntids ? -1 : in->worker, status, __WALL);
	while (tid > 0 && tid != in->worker);
	return tid == in->worker && WIFSTOPPED(*status);
}

/* One instruction of the worker. 0 or -ECHILD. */
static int step(const struct inject *in)
{
	int status;

	for (int i = 0; i < STEPS_MAX; i++) {
		if (ptrace(PTRACE_SINGLESTEP, in->worker, 0, 0) || !hear_worker(in, &status))
			return -ECHILD;
		if (!EVENT(status) && WSTOPSIG(status) == SIGTRAP)
			return 0;
	}
	return -ECHILD;
}

long inject__call(struct inject *in, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		  uint64_t a4, uint64_t a5)
{
	struct user_regs_struct r = in->regs;

	stopped__call(&r, in->syscall_addr, nr, (uint64_t[]){a0, a1, a2, a3, a4, a5});
	if (ptrace(PTRACE_SETREGS, in->worker, 0, &r) || step(in) ||
	    ptrace(PTRACE_GETREGS, in->worker, 0, &r))
		return -ECHILD;
	return stopped__at(&r) == in->syscall_addr + STOPPED_CALL_BYTES ? stopped__result(&r)
									: -ECHILD;
}

uint32_t inject__seccomp(const struct inject *in, long nr, const uint64_t args[6])
{
	struct seccomp_data data = {.nr = nr,
				    .arch = SECCOMP_ARCH,
				    .instruction_pointer = in->syscall_addr + STOPPED_CALL_BYTES};

	memcpy(data.args, args, sizeof(data.args));
	return seccomp__action(in->pid, in->worker, &data);
}

/* Whether a call ended only because the thread was to stop, or its time was over. */
static bool was_waiting(long result)
{
	return result == -EINTR || result == -ETIMEDOUT ||
	       (result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK);
}

struct inject_thread inject__thread(pid_t tid)
{
	struct user_regs_struct regs;
	long nr;

	if (ptrace(PTRACE_GETREGS, tid, 0, &regs))
		return (struct inject_thread){.nr = -1};
	nr = stopped__nr(&regs);
	return (struct inject_thread){stopped__tcb(&regs), nr,
				      nr >= 0 && was_waiting(stopped__result(&regs)),
				      stopped__argument(&regs)};
}

void inject__done(struct inject *in)
{
	if (in->worker) {
		ptrace(PTRACE_SETREGS, in->worker, 0, &in->regs);
		ptrace(PTRACE_SETSIGMASK, in->worker, 8, &in->sigmask);
	}
	for (size_t i = 0; i < in->ntids; i++)
		ptrace(PTRACE_DETACH, in->tids[i], 0, 0);
	free(in->tids);
	*in = (struct inject){0};
}

static bool is_between(const struct user_regs_struct *r, uint64_t from, uint64_t to)
{
	return stopped__at(r) > from && stopped__at(r) < to;
}

bool inject__is_in(const struct inject *in, uint64_t from, uint64_t to)
{
	struct user_regs_struct regs;

	for (size_t i = 0; i < in->ntids; i++) {
		if (ptrace(PTRACE_GETREGS, in->tids[i], 0, &regs) || is_between(&regs, from, to))
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
