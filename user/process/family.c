/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What each stop of a traced process means, and the answer to it. */
#include "process/family.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/kin.h"
#include "process/owntrap.h"
#include "process/procmem.h"

struct family *family__new(const struct family_eyes *eyes)
{
	struct family *f = xcalloc(1, sizeof(*f));

	f->eyes = *eyes;
	return f;
}

struct kin *family__kin(const struct family *f, pid_t pid)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i]->pid == pid)
			return f->v[i];
	}
	return NULL;
}

struct kin *family__add(struct family *f, pid_t pid)
{
	struct kin *k = xcalloc(1, sizeof(*k));

	k->pid = pid;
	*ARR_PUSH(f->v, f->n) = k;
	return k;
}

void family__remove(struct family *f, struct kin *k)
{
	size_t i = 0;

	while (f->v[i] != k)
		i++;
	f->v[i] = f->v[--f->n];
	free(k->threads);
	free(k);
}

struct kin_thread *kin__thread(const struct kin *k, pid_t tid)
{
	for (size_t i = 0; i < k->nthreads; i++) {
		if (k->threads[i].tid == tid)
			return &k->threads[i];
	}
	return NULL;
}

struct kin_thread *kin__add(struct kin *k, pid_t tid)
{
	struct kin_thread *t = ARR_PUSH(k->threads, k->nthreads);

	t->tid = tid;
	return t;
}

void kin__forget(struct kin *k, pid_t tid)
{
	struct kin_thread *t = kin__thread(k, tid);

	if (t)
		*t = k->threads[--k->nthreads];
}

/* A stop of the whole process by a signal lasts until another continues it. */
static bool is_group_stop(int status)
{
	return STOP_EVENT(status) == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP;
}

int kin__signal(int status)
{
	return STOP_EVENT(status) || WSTOPSIG(status) == STOP_SYSCALL ? 0 : WSTOPSIG(status);
}

void kin__resume(const struct kin *k, struct kin_thread *t)
{
	t->stopped = false;
	if (is_group_stop(t->status) && !ptrace(PTRACE_LISTEN, t->tid, 0, 0))
		return;
	ptrace(k->again ? PTRACE_SYSCALL : PTRACE_CONT, t->tid, 0, kin__signal(t->status));
}

/* --- births ------------------------------------------------------------------------------------
 */

bool kin__shares_memory(pid_t pid)
{
	return !syscall(SYS_kcmp, pid, procstatus__number(pid, "PPid"), KCMP_VM, 0, 0);
}

static void give_birth(struct family *f, pid_t pid, int status)
{
	const struct kin_unborn before = family__meet(f, pid);
	struct kin *k = family__add(f, pid);

	*kin__add(k, pid) = (struct kin_thread){.tid = pid, .stopped = true, .status = status};
	if (!kin__shares_memory(pid)) {
		k->goal = before.goal; /* a copy of one on its way is on its way too */
		k->again = before.again;
		k->answering = pid;
		if (!k->goal.addr && !k->again)
			f->eyes.found(f->eyes.of, pid);
		f->busy = true;
		k->answering = 0;
	}
	kin__resume(k, kin__thread(k, pid));
}

static bool is_in(pid_t tid, pid_t pid)
{
	return !syscall(SYS_tgkill, pid, tid, 0);
}

/* NULL: it is none of it, or the thread has ended. */
static struct kin *owner_of(const struct family *f, pid_t tid)
{
	for (size_t i = 0; i < f->n; i++) {
		if (is_in(tid, f->v[i]->pid))
			return f->v[i];
	}
	return NULL;
}

/* The first stop of a thread or process that the kernel traces for us, however many files are open
 * here. */
static void meet(struct family *f, pid_t tid, int status)
{
	struct kin *k = owner_of(f, tid);
	struct kin_thread *t;

	if (!k && is_in(tid, tid)) {
		give_birth(f, tid, status);
	} else if (k) {
		family__meet(f, tid);
		t = kin__add(k, tid);
		t->status = status;
		kin__resume(k, t);
	}
}

static struct kin_unborn child_of(const struct kin *parent, pid_t tid)
{
	struct kin_unborn child = {.tid = tid};

	if (parent) {
		child.goal = parent->goal;
		child.again = parent->again;
	}
	return child;
}

void family__expect(struct family *f, pid_t parent)
{
	unsigned long tid;

	if (!ptrace(PTRACE_GETEVENTMSG, parent, 0, &tid) && !family__of_thread(f, (pid_t)tid))
		*ARR_PUSH(f->unborn, f->nunborn) =
			child_of(family__of_thread(f, parent), (pid_t)tid);
}

/* A parent who has not told yet still stands in the stop in which it will. */
struct kin_unborn family__meet(struct family *f, pid_t tid)
{
	struct kin_unborn told = {0};

	for (size_t i = 0; i < f->nunborn; i++) {
		if (f->unborn[i].tid != tid)
			continue;
		told = f->unborn[i];
		f->unborn[i--] = f->unborn[--f->nunborn];
	}
	return told.tid ? told : child_of(family__kin(f, procstatus__number(tid, "PPid")), tid);
}

/* --- on the way --------------------------------------------------------------------------------
 */

static void look(struct family *f, struct kin *k, bool execed)
{
	uint64_t goal;
	int error;

	k->again = false;
	if (k->goal.addr)
		breakpoint__remove(&k->goal, k->pid);
	k->goal.addr = 0;
	goal = f->eyes.becomes(f->eyes.of, k->pid, execed, &k->again);
	error = goal ? breakpoint__put(&k->goal, k->pid, goal) : 0;
	if (error) {
		k->goal.addr = 0;
		f->eyes.missed(f->eyes.of, k->pid, error);
	}
}

/* Other threads have ended without a word, and this one has the leader's number now. */
static void become(struct family *f, struct kin *k)
{
	k->threads[0] = (struct kin_thread){.tid = k->pid, .stopped = true};
	k->nthreads = 1;
	k->goal.addr = 0;
	look(f, k, true);
}

static void arrive(struct family *f, struct kin *k, pid_t tid)
{
	breakpoint__remove(&k->goal, tid);
	k->goal.addr = 0;
	if (k->goal.trap_ignored)
		own_trap__ignore_again(k->pid, tid);
	f->eyes.arrived(f->eyes.of, k->pid, tid);
	f->busy = true;
}

bool kin__is_birth(int status)
{
	const int event = STOP_EVENT(status);

	return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	       event == PTRACE_EVENT_CLONE;
}

/* One stop of a thread of it, which runs on then. */
static void answer(struct family *f, struct kin *k, pid_t tid, int status)
{
	struct kin_thread *t = kin__thread(k, tid);

	t->stopped = true;
	t->status = status;
	k->answering = tid;
	if (STOP_EVENT(status) == PTRACE_EVENT_EXEC) {
		become(f, k);
	} else if (kin__is_birth(status)) {
		family__expect(f, tid);
	} else if (WSTOPSIG(status) == STOP_SYSCALL) {
		if (k->again && stop__mapped_code(tid, &t->prot))
			look(f, k, false);
	} else if (status >> 8 == SIGTRAP && k->goal.addr && breakpoint__is_hit(&k->goal, tid)) {
		t->status = 0; /* the signal is not the program's */
		arrive(f, k, tid);
	}
	k->answering = 0;
	kin__resume(k, kin__thread(k, tid));
}

static void end(struct family *f, struct kin *k, pid_t tid, int status)
{
	const pid_t pid = k->pid;

	if (tid != pid) {
		kin__forget(k, tid);
		return;
	}
	family__remove(f, k);
	f->eyes.ended(f->eyes.of, pid, status);
}

struct kin *family__of_thread(const struct family *f, pid_t tid)
{
	for (size_t i = 0; i < f->n; i++) {
		if (kin__thread(f->v[i], tid))
			return f->v[i];
	}
	return NULL;
}

void family__hear(struct family *f, pid_t tid, int status)
{
	struct kin *k = family__of_thread(f, tid);

	if (k && !WIFSTOPPED(status))
		end(f, k, tid, status);
	else if (k)
		answer(f, k, tid, status);
	else if (WIFSTOPPED(status))
		meet(f, tid, status);
	else
		family__meet(f, tid); /* it has ended before it was met */
}

void family__step(struct family *f)
{
	struct kin_event e;
	int status;
	pid_t tid;

	f->busy = false;
	while (!f->busy && family__next(f, &e)) /* before what is heard from now on */
		family__hear(f, e.tid, e.status);
	while (!f->busy && !f->nlater && (tid = waitpid(-1, &status, __WALL | WNOHANG)) > 0)
		family__hear(f, tid, status);
}

bool family__is_behind(const struct family *f)
{
	return f->busy || f->nlater;
}

int family__adopt(struct family *f, pid_t pid)
{
	struct kin *k;

	if (ptrace(PTRACE_SETOPTIONS, pid, 0, KIN_OPTIONS))
		return -errno;
	k = family__add(f, pid);
	kin__add(k, pid);
	answer(f, k, pid, SIGTRAP << 8 | PTRACE_EVENT_EXEC << 16);
	return 0;
}
