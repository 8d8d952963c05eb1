/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Processes that come by fork and exec, and are counted from their first function on. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "backend/members.h"
#include "base/log.h"
#include "base/mem.h"
#include "process/family.h"
#include "process/guard.h"
#include "process/others.h"
#include "process/inject.h"
#include "process/state.h"

/* A capture has some fifty files, the first of several as many that these share, and what is looked
 * at next a few. */
#define FILES_ROOM 128
#define FILES_MORE 80 /* where one is open, or will be soon */

/* Where they ran out midway, some things would go missing without a word. */
static bool is_room(const struct captures *cs, int room)
{
	int fds[FILES_ROOM], n = 0;

	while (n < room && (fds[n] = fcntl(cs->epoll, F_DUPFD_CLOEXEC, 0)) >= 0)
		n++;
	for (int i = 0; i < n; i++)
		close(fds[i]);
	return n == room;
}

/* Another process of a run has tables of a quarter, and what it costs is known by now. */
static void lessen(struct capture_plan *plan, const struct prof_bias *bias)
{
	uint32_t *limits[] = {&plan->limits.functions, &plan->limits.edges,
			      &plan->limits.frames,    &plan->limits.threads,
			      &plan->limits.blocks,    &plan->limits.coroutines};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		*limits[i] = *limits[i] ? *limits[i] / 4 + 1 : 0;
	plan->bias = bias;
}

static int begin(struct captures *cs, struct member *m, struct spawn *spawn)
{
	int error;

	m->plan = *cs->plan;
	if (cs->first.backend)
		lessen(&m->plan, &cs->bias);
	m->plan.one_of_many = true;
	m->plan.spares = &cs->spares;
	cs->spares.keeps = true;
	m->plan.holder = family__holder(cs->family);
	if (is_room(cs, spares__any(&cs->spares) ? FILES_MORE : FILES_ROOM)) {
		error = captures__begin(cs, m, spawn);
		if (!error && is_room(cs, FILES_ROOM))
			spares__hurry(&cs->spares, m->c->at.session);
		return error;
	}
	member__release(m);
	return err("too many processes at a time for the files that bpfprof may open; raise that "
		   "limit (ulimit -n)");
}

/* Of a process with a Python: counted from now on. What stands in the way is no affair of the
 * program's; of one that was killed as it stood still for that nothing is missed. */
static void count(struct captures *cs, struct member *m, struct spawn *spawn)
{
	const pid_t pid = m->in.pid;
	char *why = NULL, **before = log__hold(&why);
	int error = begin(cs, m, spawn);

	log__hold(before);
	if (error && family__has_become(cs->family, pid)) {
		detail("process %d became another program meanwhile, which is looked at next", pid);
		free(why);
	} else if (error && process__is_ending(pid)) {
		detail("process %d ended as it was to be counted", pid);
		free(why);
	} else if (error) {
		captures__pass_over(cs, pid, why);
	} else {
		detail("process %d is counted too", pid);
		free(why);
	}
}

/* One that is gone, or runs no Python, is none that is missed. */
static void miss(struct captures *cs, pid_t pid, int error)
{
	if (error == -ENOENT || error == -ESRCH)
		return;
	detail("process %d cannot be followed: %s", pid, strerror(-error));
	uncounted__add(&cs->unseen, pid, xstrdup(strerror(-error)));
}

/* held: the thread that is held before its first function; 0: the process runs. */
static void meet(struct captures *cs, pid_t pid, pid_t held)
{
	struct member *m = xcalloc(1, sizeof(*m));
	const char *why;
	int error;

	if (held)
		m->fresh = (struct spawn){.pid = pid, .at_evaluator = held};
	error = interp__of_pid(&m->in, pid, &why);
	if (!error) {
		count(cs, m, held ? &m->fresh : NULL);
		return;
	}
	if (!family__has_become(cs->family, pid))
		miss(cs, pid, error);
	member__release(m);
}

static void found(void *of, pid_t pid)
{
	meet(of, pid, 0);
}

static uint64_t becomes(void *of, pid_t pid, bool execed, bool *again)
{
	struct captures *cs = of;
	struct interp in = {0};
	const char *why;
	uint64_t goal = 0;
	int error;

	if (execed)
		captures__replace(cs, pid);
	error = interp__of_pid(&in, pid, &why);
	if (error) {
		*again = interp__is_due(pid);
		miss(cs, pid, error);
	} else if (in.facts.evaluator) {
		goal = in.facts.evaluator + in.bias;
	} else {
		captures__pass_over(cs, pid,
				    xasprintf("%s; %s", eval_verdict__text(in.eval),
					      eval_verdict__advice(in.eval)));
	}
	interp__close(&in);
	return goal;
}

static void missed(void *of, pid_t pid, int error)
{
	miss(of, pid, error);
}

static void arrived(void *of, pid_t pid, pid_t tid)
{
	meet(of, pid, tid);
}

static void ended(void *of, pid_t pid, int status)
{
	struct captures *cs = of;

	captures__drop(cs, pid);
	if (!cs->root || cs->root->pid != pid)
		return;
	cs->root->ended_itself = true;
	cs->root->status = status;
}

/* None of its Python has run while others were counted. */
static void late(void *of, pid_t pid)
{
	struct captures *cs = of;

	detail("process %d began too late to be counted", pid);
	cs->late++;
}

/* A capture has some forty descriptors. */
static void raise_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

static struct family *begin_to_follow(struct captures *cs)
{
	const struct family_eyes eyes = {cs, found, becomes, missed, arrived, ended, late};
	sigset_t child;

	if (cs->family)
		return cs->family;
	cs->follows = true;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	raise_limit();
	if (guard__begin())
		detail("no process can be made that would undo what is under way if this one is "
		       "killed: %s",
		       strerror(errno));
	cs->family = family__new(&eyes);
	return cs->family;
}

/* While we are stopped each new thread and process of theirs stands at its birth. A command's get
 * the terminal's signal too, and stop with us. */
static void take_no_stops(void)
{
	sigset_t stops;

	sigemptyset(&stops);
	sigaddset(&stops, SIGTSTP); /* live__signals */
	sigaddset(&stops, SIGTTIN);
	sigaddset(&stops, SIGTTOU);
	sigprocmask(SIG_BLOCK, &stops, NULL);
}

int captures__follow(struct captures *cs, pid_t pid)
{
	char why[OTHERS_WHY];
	int error;

	take_no_stops();
	error = family__take(begin_to_follow(cs), pid);

	if (!error)
		return 0;
	others__explain(error, pid, why);
	return err("cannot follow the children of process %d: %s", pid, why);
}

int captures__follow_launched(struct captures *cs, struct spawn *spawn)
{
	int error;

	cs->root = spawn;
	spawn->family = begin_to_follow(cs);
	error = family__adopt(cs->family, spawn->pid);
	return error ? err("cannot follow the children of process %d: %s", spawn->pid,
			   strerror(-error))
		     : 0;
}

void captures__stop_following(struct captures *cs)
{
	family__free(cs->family);
	cs->family = NULL;
	guard__end();
	if (cs->root) {
		cs->root->family = NULL;
		cs->root->ended |= cs->root->ended_itself;
	}
	for (size_t i = 0; i < cs->n; i++)
		capture__unhold(cs->v[i]->c);
}

void captures__step(struct captures *cs)
{
	if (cs->family)
		family__step(cs->family);
}
