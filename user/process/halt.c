/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All threads of a process that nobody traces, stopped. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/ticks.h"
#include "process/inject.h"
#include "process/procmem.h"
#include "process/state.h"
#include "process/stops.h"

#define LOOK_AGAIN_NS	20000000
#define PATIENCE_NS	100000000ull  /* with threads that wait in the kernel and take no notice */
#define PATIENCE_MAX_NS 5000000000ull /* with those that are waiting for a processor */

static int why_traced(pid_t tid, int error)
{
	pid_t tracer = procstatus__number(tid, "TracerPid");

	if (!tracer)
		return -error;
	return tracer == getpid() || tracer == getppid() ? -EALREADY : -EBUSY;
}

/* Asks a thread to stop, which it then does in its own time. */
static int ask_thread(struct inject *in, pid_t tid)
{
	if (ptrace(PTRACE_SEIZE, tid, 0, 0)) {
		int error = errno;

		if (error == ESRCH || process__has_ended(tid))
			return 0;
		return why_traced(tid, error);
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

/* Whether all that are still to be heard of wait in the kernel, and may do so for long: for the
 * exec of a child of vfork, for a disk, or because they are frozen. */
static bool are_unmoved(const struct inject *in)
{
	struct process_state s;

	for (size_t i = 0; i < in->ntids; i++) {
		if (in->tids[i] < 0 && !process_state__read(&s, -in->tids[i]) && s.letter != 'D')
			return false;
	}
	return true;
}

static bool is_patience_over(const struct inject *in, uint64_t since)
{
	uint64_t ns = monotonic__ns() - since;

	return ns > PATIENCE_MAX_NS || (ns > PATIENCE_NS && are_unmoved(in));
}

/* The next thread that has stopped or ended, with its status; 0: there is none to be waited for any
 * longer. A leader that is killed is not heard of before all others are, so no thread is waited for
 * alone. */
static pid_t next_heard(struct inject *in, uint64_t since, int *status)
{
	const struct timespec soon = {.tv_nsec = LOOK_AGAIN_NS};
	sigset_t child;
	pid_t tid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (!(tid = waitpid(-1, status, __WALL | WNOHANG))) {
		if (sigtimedwait(&child, NULL, &soon) < 0 &&
		    (!forget_gone(in) || is_patience_over(in, since)))
			return 0;
	}
	return tid > 0 ? tid : 0;
}

/* Waits for the threads from the first-th on, which were asked to stop; those that ended instead
 * are forgotten. Signals that arrive first are delivered, which runs nothing of the program as the
 * stop is still due. 0, or -ETIMEDOUT: some are stopped, and the others are let go at the end of
 * this process. */
static int await_threads(struct inject *in, size_t first)
{
	const uint64_t since = monotonic__ns();
	size_t left = in->ntids - first, next = first, n = first;
	int status;
	pid_t tid;

	for (size_t i = first; i < in->ntids; i++)
		in->tids[i] = -in->tids[i];
	while (left && (tid = next_heard(in, since, &status))) {
		pid_t *found = asked(in, tid, &next);

		if (WIFSTOPPED(status) && STOP_EVENT(status) != PTRACE_EVENT_STOP) {
			ptrace(PTRACE_CONT, tid, 0, STOP_EVENT(status) ? 0 : WSTOPSIG(status));
			continue;
		}
		if (!found)
			continue;
		*found = WIFSTOPPED(status) ? tid : 0;
		left--;
	}
	left = forget_gone(in);
	for (size_t i = first; i < in->ntids; i++) {
		if (in->tids[i] > 0)
			in->tids[n++] = in->tids[i];
	}
	in->ntids = n;
	return left ? -ETIMEDOUT : 0;
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
	int error = 0, late;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", in->pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while (!error && (d = readdir(dir))) {
		pid_t tid = atoi(d->d_name);

		if (tid > 0 && !is_asked(in, tid, &next))
			error = ask_thread(in, tid);
	}
	closedir(dir);
	late = await_threads(in, before);
	if (error || late)
		return error ? error : late;
	return (int)(in->ntids - before);
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
