/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the stop at the command's start to the first call of the evaluator; and out of ptrace. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "process/owntrap.h"
#include "process/spawn.h"
#include "process/stops.h"

#define OPTIONS                                                                                    \
	(PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |     \
	 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)

/* A new process or thread that the kernel traces for us, at its first stop. A child of fork loses
 * its copy of the breakpoint; one of vfork has no copy. */
static void adopt(struct spawn *sp, const struct breakpoint *b, pid_t tid)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", sp->pid, tid);
	if (!access(path, F_OK)) {
		*ARR_PUSH(sp->threads, sp->nthreads) = tid;
		ptrace(PTRACE_CONT, tid, 0, 0);
		return;
	}
	if (!sp->vforked)
		breakpoint__remove(b, tid);
	ptrace(PTRACE_DETACH, tid, 0, 0);
}

static bool is_ours(const struct spawn *sp, pid_t tid)
{
	for (size_t i = 0; i < sp->nthreads; i++) {
		if (sp->threads[i] == tid)
			return true;
	}
	return tid == sp->pid;
}

/* One stop on the way. True: the thread stands at the breakpoint. */
static bool handle_on_way(struct spawn *sp, const struct breakpoint *b, pid_t tid, int status)
{
	int event = STOP_EVENT(status), sig = event ? 0 : WSTOPSIG(status);

	if (!is_ours(sp, tid)) {
		adopt(sp, b, tid);
		return false;
	}
	if (sig == SIGTRAP && breakpoint__is_hit(b, tid))
		return true;
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK)
		sp->vforked = event == PTRACE_EVENT_VFORK;
	if (event == PTRACE_EVENT_EXEC)
		sp->execed = true;
	else
		ptrace(PTRACE_CONT, tid, 0, sig);
	return false;
}

static int run_to(struct spawn *sp, const struct breakpoint *b)
{
	int status;
	pid_t tid;

	ptrace(PTRACE_SETOPTIONS, sp->pid, 0, OPTIONS);
	ptrace(PTRACE_CONT, sp->pid, 0, 0);
	while (!sp->execed && (tid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status)) {
			if (handle_on_way(sp, b, tid, status)) {
				sp->at_evaluator = tid;
				if (b->trap_ignored)
					own_trap__ignore_again(sp->pid, tid);
				return 0;
			}
		} else if (tid == sp->pid) {
			sp->ended = true;
			sp->status = status;
			return -1;
		}
	}
	return err("cannot enter process %d: it became another program before it ran any Python; "
		   "give the python command itself, or have 'bpfprof --children' follow it",
		   sp->pid);
}

int spawn__to_evaluator(struct spawn *sp, uint64_t evaluator)
{
	struct breakpoint b;

	if (breakpoint__put(&b, sp->pid, evaluator))
		return err("cannot enter process %d: its memory cannot be written; see 'bpfprof "
			   "doctor'",
			   sp->pid);
	if (run_to(sp, &b))
		return -1;
	breakpoint__remove(&b, sp->at_evaluator);
	return 0;
}

/* Stops a traced thread that runs, and lets it go. */
static void let_go(pid_t tid)
{
	int status;

	if (ptrace(PTRACE_INTERRUPT, tid, 0, 0))
		return;
	while (waitpid(tid, &status, __WALL) == tid && WIFSTOPPED(status)) {
		int sig = STOP_EVENT(status) ? 0 : WSTOPSIG(status);

		if (!ptrace(PTRACE_DETACH, tid, 0, sig))
			return;
	}
}

int spawn__release(struct spawn *sp)
{
	for (size_t i = 0; i < sp->nthreads; i++) {
		if (sp->threads[i] != sp->at_evaluator)
			let_go(sp->threads[i]);
	}
	free(sp->threads);
	sp->threads = NULL;
	sp->nthreads = 0;
	if (sp->at_evaluator && sp->at_evaluator != sp->pid) {
		ptrace(PTRACE_DETACH, sp->at_evaluator, 0, 0);
		let_go(sp->pid);
		return 0;
	}
	return ptrace(PTRACE_DETACH, sp->pid, 0, 0);
}
