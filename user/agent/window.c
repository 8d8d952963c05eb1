/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Profile, labels, spool. */
#include "agent/window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "process/state.h"

struct window {
	const struct agent_plan *plan;
	const struct spool *spool;
	struct parcel parcel;
	int status;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void spool(struct window *w, const struct profile *p)
{
	const struct protocol *by = w->plan->push.protocol;
	struct parcel *to = &w->parcel;

	to->end_ns = now_ns();
	to->start_ns = to->end_ns - p->target.duration_ns;
	if (p->target.python)
		label_set__put(&to->labels, LABEL_PYTHON, p->target.python);
	parcel__name(to);
	to->body = by->render(w->plan, to, p, &to->size);
	if (!to->body)
		err("process %d: its profile is lost: %s; try again", (int)p->target.pid,
		    strerror(errno));
	else if (!spool__put(w->spool, by->kind, to))
		w->status = WINDOW_SPOOLED;
}

static int take(void *arg, const struct profile *p, bool last, int stop_fd)
{
	struct window *w = arg;

	(void)stop_fd;
	if (!last)
		return 0;
	w->status = p->nfuncs ? WINDOW_FAILED : WINDOW_IDLE;
	if (p->nfuncs)
		spool(w, p);
	return 0;
}

_Noreturn void window__run(const struct agent_plan *plan, const struct spool *to, pid_t pid)
{
	struct window w = {.plan = plan, .spool = to, .status = WINDOW_FAILED};
	const struct sink sink = {take, &w};
	char *why = NULL;

	label_set__of(&w.parcel.labels, pid, plan->service);
	for (size_t i = 0; i < plan->labels.n; i++)
		label_set__put(&w.parcel.labels, plan->labels.v[i].name, plan->labels.v[i].value);
	log__hold(&why);
	if (plan->profile(plan->arg, pid, &sink))
		w.status = process__is_ending(pid) ? WINDOW_GONE : WINDOW_FAILED;
	log__hold(NULL);
	if (w.status == WINDOW_FAILED && why)
		err("process %d is left out for now: %s", pid, why);
	_exit(w.status);
}
