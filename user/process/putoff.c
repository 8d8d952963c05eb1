/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What traced threads have stopped or ended for, and nobody has answered. */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "process/kin.h"

static struct kin_event take(struct family *f, size_t i)
{
	const struct kin_event e = f->later[i];

	memmove(f->later + i, f->later + i + 1, (--f->nlater - i) * sizeof(e));
	return e;
}

/* An exec in another thread ends the stop that one was in. */
void family__put_off(struct family *f, pid_t tid, int status)
{
	for (size_t i = 0; i < f->nlater; i++) {
		if (f->later[i].tid == tid && WIFSTOPPED(f->later[i].status))
			take(f, i--);
	}
	*ARR_PUSH(f->later, f->nlater) = (struct kin_event){tid, status};
}

bool family__next(struct family *f, struct kin_event *e)
{
	if (!f->nlater)
		return false;
	*e = take(f, 0);
	return true;
}

bool family__next_stop(struct family *f, const struct kin *k, struct kin_event *e)
{
	for (size_t i = 0; i < f->nlater; i++) {
		if (WIFSTOPPED(f->later[i].status) && kin__thread(k, f->later[i].tid)) {
			*e = take(f, i);
			return true;
		}
	}
	return false;
}

bool family__has_become(const struct family *f, pid_t pid)
{
	const struct kin *k = family__kin(f, pid);
	const struct kin_thread *t = k ? kin__thread(k, pid) : NULL;
	siginfo_t next = {0};

	if (t && t->stopped && k->answering != pid && STOP_EVENT(t->status) == PTRACE_EVENT_EXEC)
		return true;
	return !waitid(P_PID, pid, &next, WSTOPPED | __WALL | WNOHANG | WNOWAIT) &&
	       next.si_status == (SIGTRAP | PTRACE_EVENT_EXEC << 8);
}
