/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All threads of a traced process stopped for a while; those that run already taken in; and all let
 * go. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/priority.h"
#include "base/ticks.h"
#include "process/kin.h"
#include "process/procmem.h"
#include "process/state.h"

#define LOOK_AGAIN_NS 50000
#define PATIENCE_NS   2000000000ull /* as a child of vfork keeps its parent from stopping */

/* Calls each(of, number) of every directory of that name that is a number. */
static void list(const char *path, void (*each)(void *of, pid_t number), void *of)
{
	DIR *dir = opendir(path);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		if (atoi(d->d_name) > 0)
			each(of, atoi(d->d_name));
	}
	if (dir)
		closedir(dir);
}

static void rest(void)
{
	const struct timespec soon = {.tv_nsec = LOOK_AGAIN_NS};

	nanosleep(&soon, NULL);
}

/* --- held --------------------------------------------------------------------------------------
 */

static void add_thread(void *kin, pid_t tid)
{
	if (!kin__thread(kin, tid) && !process__has_ended(tid))
		kin__add(kin, tid);
}

/* Threads whose first stop has not been heard of too: the kernel traces them for us. */
static void add_threads(struct kin *k)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/task", k->pid);
	list(path, add_thread, k);
}

/* A stop in which nothing can be done with a thread: a signal is to be delivered, or it is within
 * the system call that has given birth. It is answered, and the thread asked to stop once more. */
static bool is_halfway(int status)
{
	return kin__is_birth(status) || (kin__signal(status) && kin__signal(status) != SIGTRAP);
}

/* What was heard while k is to stand still. */
static void note(struct family *f, struct kin *k, pid_t tid, int status)
{
	struct kin_thread *t = kin__thread(k, tid);

	if (t && WIFSTOPPED(status)) {
		t->stopped = true;
		t->status = status;
		if (!is_halfway(status))
			return;
		if (kin__is_birth(status))
			family__expect(f, tid);
		kin__resume(k, t);
		ptrace(PTRACE_INTERRUPT, tid, 0, 0);
	} else if (!t && WIFSTOPPED(status) && !family__of_thread(f, tid) &&
		   kin__shares_memory(tid)) {
		family__hear(f, tid, status); /* its parent may be k, which it keeps waiting */
	} else {
		family__put_off(f, tid, status);
	}
}

/* A stop is told of once, though an earlier hold may have put it off. */
static void note_earlier(struct family *f, struct kin *k)
{
	struct kin_event e;

	while (family__next_stop(f, k, &e))
		note(f, k, e.tid, e.status);
}

static bool is_still(const struct kin *k)
{
	for (size_t i = 0; i < k->nthreads; i++) {
		if (!k->threads[i].stopped && !process__has_ended(k->threads[i].tid))
			return false;
	}
	return true;
}

static void ask(const struct kin *k, size_t from)
{
	for (size_t i = from; i < k->nthreads; i++) {
		if (!k->threads[i].stopped)
			ptrace(PTRACE_INTERRUPT, k->threads[i].tid, 0, 0);
	}
}

/* 0 or -ETIMEDOUT. */
static int halt(struct family *f, struct kin *k)
{
	const uint64_t end = monotonic__ns() + PATIENCE_NS;
	size_t asked = 0;
	int status;
	pid_t tid;

	for (;;) {
		add_threads(k);
		note_earlier(f, k);
		ask(k, asked);
		if (asked == k->nthreads && is_still(k))
			return 0;
		asked = k->nthreads;
		while ((tid = waitpid(-1, &status, __WALL | WNOHANG)) > 0)
			note(f, k, tid, status);
		if (monotonic__ns() > end)
			return -ETIMEDOUT;
		if (!is_still(k))
			rest();
	}
}

static void let_go(void *family, struct inject *inj)
{
	struct family *f = family;
	struct kin *k = family__kin(f, inj->pid);

	inject__done(inj);
	for (size_t i = 0; i < k->nthreads; i++) {
		struct kin_thread *t = &k->threads[i];
		bool plain = STOP_EVENT(t->status) == PTRACE_EVENT_STOP;

		if (!t->stopped || t->tid == k->answering)
			continue;
		if (plain)
			kin__resume(k, t);
		else
			family__put_off(f, t->tid, t->status);
	}
	priority__as_before(&f->before);
}

static int hold(void *family, pid_t pid, struct inject *inj)
{
	struct family *f = family;
	struct kin *k = family__kin(f, pid);
	pid_t *tids;
	size_t n = 0;
	int error;

	if (!k)
		return -ESRCH;
	priority__hurry(&f->before);
	error = halt(f, k);
	tids = xcalloc(k->nthreads + 1, sizeof(*tids));
	for (size_t i = 0; i < k->nthreads; i++) {
		if (k->threads[i].stopped)
			tids[n++] = k->threads[i].tid;
	}
	if (!error)
		error = family__has_become(f, pid) || !n ? -ESRCH : 0;
	if (!error)
		error = inject__borrow(inj, pid, tids, n);
	free(tids);
	if (!error)
		return 0;
	*inj = (struct inject){.pid = pid};
	let_go(f, inj);
	return error;
}

struct holder family__holder(struct family *f)
{
	return (struct holder){f, hold, let_go};
}

/* --- taken in ----------------------------------------------------------------------------------
 */

struct seizing {
	struct kin *kin;
	size_t n; /* of this round */
	int error;
};

static void seize_thread(void *seizing, pid_t tid)
{
	struct seizing *s = seizing;

	if (kin__thread(s->kin, tid) || process__has_ended(tid))
		return;
	if (ptrace(PTRACE_SEIZE, tid, 0, KIN_OPTIONS)) {
		if (errno != ESRCH && procstatus__number(tid, "TracerPid") != getpid())
			s->error = procstatus__number(tid, "TracerPid") ? -EBUSY : -errno;
		return;
	}
	kin__add(s->kin, tid);
	s->n++;
}

static int seize(struct family *f, pid_t pid)
{
	struct seizing s = {.kin = family__add(f, pid)};
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	do {
		s.n = 0;
		list(path, seize_thread, &s);
	} while (s.n && !s.error);
	if (!s.error && !s.kin->nthreads)
		s.error = -ESRCH;
	if (s.error)
		family__remove(f, s.kin); /* threads that were seized are let go at our end */
	return s.error;
}

struct kindred {
	struct family *f;
	pid_t *pids; /* seized, in that order */
	size_t n, looked;
};

static void seize_child(void *kindred, pid_t pid)
{
	struct kindred *d = kindred;
	pid_t parent = d->pids[d->looked];

	if (procstatus__number(pid, "PPid") == parent && !family__kin(d->f, pid) &&
	    !seize(d->f, pid))
		*ARR_PUSH(d->pids, d->n) = pid;
}

int family__take(struct family *f, pid_t pid)
{
	struct kindred d = {.f = f};
	int error;

	if (family__kin(f, pid)) /* a child of one that was taken in before */
		return 0;
	error = seize(f, pid);
	if (error)
		return error;
	*ARR_PUSH(d.pids, d.n) = pid;
	for (; d.looked < d.n; d.looked++)
		list("/proc", seize_child, &d);
	for (size_t i = 0; i < d.n; i++)
		f->eyes.found(f->eyes.of, d.pids[i]);
	free(d.pids);
	return 0;
}

/* --- let go ------------------------------------------------------------------------------------
 */

/* Stopped and not met yet, it has run nothing: whether it is a process of its own. */
static bool is_newborn(pid_t tid)
{
	return procstatus__number(tid, "Tgid") == tid && !kin__shares_memory(tid);
}

/* The last stop of a thread that we see. */
static void detach(struct family *f, pid_t tid, int status)
{
	struct kin *k = family__of_thread(f, tid);
	struct kin_unborn before = {0};
	int sig = kin__signal(status);

	if (!k)
		before = family__meet(f, tid);
	if (!k && is_newborn(tid)) {
		if (before.goal.addr)
			breakpoint__remove(&before.goal, tid);
		f->eyes.late(f->eyes.of, tid);
	}
	if (k && k->goal.addr) {
		breakpoint__remove(&k->goal, tid); /* it may have run when that was tried first */
		sig = sig == SIGTRAP && breakpoint__is_hit(&k->goal, tid) ? 0 : sig;
	}
	if (kin__is_birth(status))
		family__expect(f, tid);
	ptrace(PTRACE_DETACH, tid, 0, sig);
	if (k)
		kin__forget(k, tid);
}

static void detach_heard(struct family *f)
{
	int status;
	pid_t tid;

	while ((tid = waitpid(-1, &status, __WALL | WNOHANG)) > 0) {
		if (WIFSTOPPED(status))
			detach(f, tid, status);
		else
			family__hear(f, tid, status);
	}
}

static void begin_detaching(struct family *f)
{
	struct kin_event e;

	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i]->goal.addr) {
			breakpoint__remove(&f->v[i]->goal, f->v[i]->pid);
			f->eyes.late(f->eyes.of, f->v[i]->pid);
		}
		ask(f->v[i], 0);
	}
	while (family__next(f, &e)) {
		if (WIFSTOPPED(e.status))
			detach(f, e.tid, e.status);
		else
			family__hear(f, e.tid, e.status);
	}
}

/* What its parent tells of may have ended already. */
static bool is_any_unborn(const struct family *f)
{
	for (size_t i = 0; i < f->nunborn; i++) {
		if (procstatus__number(f->unborn[i].tid, "TracerPid") == getpid())
			return true;
	}
	return false;
}

bool family__is_over(const struct family *f)
{
	return !f->n && !f->nlater && !is_any_unborn(f);
}

/* Whether any is traced yet. */
static bool is_any_left(const struct family *f)
{
	if (is_any_unborn(f))
		return true;
	for (size_t i = 0; i < f->n; i++) {
		for (size_t j = 0; j < f->v[i]->nthreads; j++) {
			if (!process__has_ended(f->v[i]->threads[j].tid))
				return true;
		}
	}
	return false;
}

void family__free(struct family *f)
{
	const uint64_t end = monotonic__ns() + PATIENCE_NS;

	if (!f)
		return;
	begin_detaching(f);
	for (;;) {
		detach_heard(f);
		if (!is_any_left(f) || monotonic__ns() > end)
			break;
		rest();
	}
	while (f->n)
		family__remove(f, f->v[0]);
	free(f->v);
	free(f->later);
	free(f->unborn);
	free(f);
}
