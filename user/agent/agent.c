/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The loop: looks, windows that begin and end, signals. */
#include "agent/agent.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/window.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/shared.h"
#include "base/ticks.h"

#define AGAIN_NS 10000000000ull /* before another pusher is tried */

struct agent {
	const struct agent_plan *plan;
	struct spool spool;
	struct pusher pusher;
	struct picks picks;
	struct agent_counts *counts;
	unsigned int windows; /* under way */
	uint64_t look_ns;     /* when the next one is */
	uint64_t pusher_ns;   /* when one is to be started; 0: it runs */
	int signals;
	sigset_t before; /* the mask of those that it starts */
	bool told_late, told_full, told_none;
	bool ends;
};

static uint64_t ns_of(double seconds)
{
	return (uint64_t)(seconds * 1e9);
}

/* --- windows -----------------------------------------------------------------------------------
 */

static _Noreturn void be_window(struct agent *a, pid_t agent, pid_t pid)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != agent)
		_exit(WINDOW_GONE);
	pusher__leave(&a->pusher);
	close(a->signals);
	sigprocmask(SIG_SETMASK, &a->before, NULL);
	window__run(a->plan, &a->spool, pid);
}

/* Its turn has come so late that a window was left out. */
static void note_late(struct agent *a, const struct pick *pick, uint64_t now)
{
	if (!pick->due_ns || now - pick->due_ns < ns_of(a->plan->every))
		return;
	a->counts->late++;
	if (!a->told_late)
		warn("there are more processes than windows: some come later than every %g s; "
		     "raise --at-once or --every",
		     a->plan->every);
	a->told_late = true;
}

static void begin_window(struct agent *a, struct pick *pick, uint64_t now)
{
	const pid_t me = getpid();
	pid_t child = fork();

	if (!child)
		be_window(a, me, pick->pid);
	if (child < 0) {
		err("process %d: no process can be had to profile it: %s; see ulimit -u", pick->pid,
		    strerror(errno));
		a->counts->failed++;
		pick__put_off(pick, now, ns_of(a->plan->every));
		return;
	}
	note_late(a, pick, now);
	detail("profiling process %d", pick->pid);
	pick->window = child;
	pick->due_ns = now + ns_of(a->plan->every);
	a->windows++;
}

static void begin_windows(struct agent *a)
{
	uint64_t now = monotonic__ns();
	struct pick *pick;

	while (a->windows < a->plan->at_once && (pick = picks__due(&a->picks, now)))
		begin_window(a, pick, now);
}

/* Puts the spool back into its bound. */
static void bound(struct agent *a)
{
	unsigned int dropped = spool__bound(&a->spool);

	a->counts->dropped += dropped;
	if (dropped && !a->told_full)
		err("%s is full: the oldest profiles are dropped; raise --spool-max, or see why "
		    "nothing is pushed",
		    a->spool.path);
	a->told_full |= dropped;
}

static void end_window(struct agent *a, struct pick *pick, int status)
{
	int how = WIFEXITED(status) ? WEXITSTATUS(status) : a->ends ? WINDOW_GONE : WINDOW_FAILED;

	if (WIFSIGNALED(status) && !a->ends)
		err("process %d was not profiled: the window's own process was ended by signal %d; "
		    "it is tried again",
		    pick->pid, WTERMSIG(status));
	spool__forget(&a->spool, pick->window);
	pick->window = 0;
	if (pick->due_ns < monotonic__ns()) /* to get in and out took longer than that */
		pick->due_ns = monotonic__ns();
	a->windows--;
	a->counts->windows += how == WINDOW_SPOOLED || how == WINDOW_IDLE;
	a->counts->idle += how == WINDOW_IDLE;
	a->counts->failed += how == WINDOW_FAILED;
	if (how == WINDOW_FAILED)
		pick__put_off(pick, monotonic__ns(), ns_of(a->plan->every));
	else
		pick->failures = 0;
	if (how != WINDOW_SPOOLED)
		return;
	bound(a);
	pusher__ring(&a->pusher);
}

/* --- what happens ------------------------------------------------------------------------------
 */

static void reap(struct agent *a)
{
	struct pick *pick;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		pick = picks__by_window(&a->picks, pid);
		if (pick) {
			end_window(a, pick, status);
		} else if (pid == a->pusher.pid) {
			pusher__leave(&a->pusher);
			a->pusher.pid = 0;
			a->pusher_ns = monotonic__ns() + AGAIN_NS;
			err("the process that pushes has ended; another is started");
		}
	}
}

static void take_signals(struct agent *a)
{
	struct signalfd_siginfo si;

	while (read(a->signals, &si, sizeof(si)) == sizeof(si))
		a->ends |= si.ssi_signo != SIGCHLD;
	reap(a);
}

static int until_ms(const struct agent *a)
{
	uint64_t now = monotonic__ns(), at = a->look_ns, next = picks__next_ns(&a->picks);

	if (a->windows < a->plan->at_once && next < at)
		at = next;
	if (a->pusher_ns && a->pusher_ns < at)
		at = a->pusher_ns;
	return at > now ? (int)((at - now) / 1000000 + 1) : 0;
}

/* After the first windows could have begun. */
static void note_none(struct agent *a)
{
	if (!a->windows && !a->counts->windows && !a->counts->failed && !a->told_none)
		warn("no Python process is what was asked for so far; looked for again every %g s",
		     (double)a->plan->picks.look_ns / 1e9);
	a->told_none = true;
}

static void step(struct agent *a)
{
	uint64_t now = monotonic__ns();

	if (a->look_ns <= now) {
		picks__look(&a->picks);
		a->look_ns = now + a->plan->picks.look_ns;
	}
	if (a->pusher_ns && a->pusher_ns <= now)
		a->pusher_ns = pusher__start(&a->pusher, &a->plan->push, &a->spool, a->counts)
				       ? now + AGAIN_NS
				       : 0;
	begin_windows(a);
	note_none(a);
}

static void loop(struct agent *a)
{
	struct pollfd pfd = {.fd = a->signals, .events = POLLIN};

	while (!a->ends) {
		step(a);
		if (poll(&pfd, 1, until_ms(a)) > 0)
			take_signals(a);
	}
}

/* --- the end -----------------------------------------------------------------------------------
 */

/* The windows end early and keep what they have. */
static void end_windows(struct agent *a)
{
	struct pollfd pfd = {.fd = a->signals, .events = POLLIN};

	for (size_t i = 0; i < a->picks.n; i++) {
		if (a->picks.v[i].window)
			kill(a->picks.v[i].window, SIGTERM);
	}
	while (a->windows && (poll(&pfd, 1, -1) >= 0 || errno == EINTR))
		take_signals(a);
}

static void say_end(const struct agent *a)
{
	const struct agent_counts *c = a->counts;
	struct spool_list left;

	spool__list(&a->spool, NULL, &left);
	info("%" PRIu64 " windows ended (%" PRIu64 " in which nothing was called), %" PRIu64
	     " failed, %" PRIu64 " an interval late; %" PRIu64 " profiles pushed, %" PRIu64
	     " refused, %" PRIu64 " dropped, %zu wait in %s",
	     c->windows, c->idle, c->failed, c->late, c->pushed, c->refused, c->dropped, left.n,
	     a->spool.path);
	spool_list__free(&left);
}

/* Of another protocol's, from a run before this one. */
static void note_others(const struct agent *a)
{
	struct spool_list all, ours;

	spool__list(&a->spool, NULL, &all);
	spool__list(&a->spool, a->plan->push.protocol->kind, &ours);
	if (all.n > ours.n)
		warn("%zu profiles in %s were spooled for another protocol; they wait until it is "
		     "pushed by",
		     all.n - ours.n, a->spool.path);
	spool_list__free(&all);
	spool_list__free(&ours);
}

static void hold_signals(struct agent *a)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	a->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	sigaddset(&set, SIGPIPE); /* a pusher that has died is no reason to */
	sigprocmask(SIG_BLOCK, &set, &a->before);
}

int agent__run(const struct agent_plan *plan)
{
	struct agent a = {.plan = plan, .picks.plan = &plan->picks};

	a.counts = shared__new(sizeof(*a.counts));
	if (!a.counts)
		return err("cannot begin: out of memory");
	if (spool__open(&a.spool, plan->spool, plan->spool_bytes))
		return -1;
	bound(&a);
	note_others(&a);
	hold_signals(&a);
	if (pusher__start(&a.pusher, &plan->push, &a.spool, a.counts)) {
		spool__close(&a.spool);
		return -1;
	}
	info("profiling for %g s every %g s, pushing to %s; Ctrl-C ends it", plan->window,
	     plan->every, plan->push.shown);
	loop(&a);
	end_windows(&a);
	pusher__end(&a.pusher);
	say_end(&a);
	picks__free(&a.picks);
	close(a.signals);
	spool__close(&a.spool);
	shared__free(a.counts, sizeof(*a.counts));
	return 0;
}
