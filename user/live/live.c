/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The loop around a capture. */
#include "live/live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "base/ticks.h"
#include "base/utf8.h"
#include "live/notes.h"
#include "process/spawn.h"
#include "process/state.h"

struct live {
	const struct live_plan *plan;
	struct captures *cs;
	struct profile *p;     /* of the whole */
	struct profile *shown; /* what --interval showed last; NULL: nothing yet */
	struct writer *writer;
	uint32_t sequence;  /* of the last report */
	int wake;	    /* readable when a beat is due at once, or a report is written */
	uint64_t end, next; /* monotonic__ns, of the end and of the next report; 0: never */
	uint64_t beat;	    /* likewise, of the next beat; between two are only looks */
	struct process_state start;
	bool asked;  /* for a report, by a signal */
	bool failed; /* after one line: there is nothing to report */
};

static char *text_of(const char *bytes)
{
	return bytes ? utf8_from(bytes, strlen(bytes), 0) : NULL;
}

/* What is known of the first process by now. */
static void fill_in(struct prof_target *t, const struct captures *cs)
{
	struct prof_target first;

	if (t->backend || !captures__target(cs, &first))
		return;
	t->exe = text_of(first.exe);
	t->interpreter = text_of(first.interpreter);
	t->python = xstrdup(first.python);
	t->backend = xstrdup(first.backend);
}

static struct profile *profile_of(const struct captures *cs, const struct live_plan *plan)
{
	struct profile *p = profile__new();
	uint64_t together_ns = captures__together_ns(cs);

	p->target = (struct prof_target){
		.pid = plan->pid,
		.command = text_of(plan->command),
		.clock = xstrdup("wall"),
		.start_ns = together_ns ? together_ns : monotonic__ns(),
		.started_at = time(NULL),
	};
	fill_in(&p->target, cs);
	return p;
}

static uint64_t after(double seconds)
{
	return seconds > 0 ? monotonic__ns() + (uint64_t)(seconds * 1e9) : 0;
}

/* When the next report is due. At about the end none is: the last report comes then, and tells the
 * same. */
static uint64_t next_at(const struct live *l, uint64_t at)
{
	const uint64_t tenth = (uint64_t)(l->plan->interval * 1e8);

	return l->end && at + tenth >= l->end ? 0 : at;
}

static int wake_fd(int a, int b)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN};

	if (a >= 0)
		epoll_ctl(epoll, EPOLL_CTL_ADD, a, &event);
	epoll_ctl(epoll, EPOLL_CTL_ADD, b, &event);
	return epoll;
}

static struct live live_of(struct captures *cs, const struct live_plan *plan)
{
	struct live l = {.plan = plan, .cs = cs, .p = profile_of(cs, plan)};

	progress__count(0, 0);
	process_state__read(&l.start, plan->pid);
	l.end = after(plan->duration);
	l.next = next_at(&l, after(plan->interval));
	l.writer = writer__start(&plan->sink);
	if (l.writer)
		l.wake = wake_fd(captures__fd(cs), writer__fd(l.writer));
	return l;
}

static int release(struct live *l)
{
	int status = l->writer ? writer__status(l->writer) : -ENOMEM;

	if (l->failed)
		status = -EIO;
	if (l->writer)
		close(l->wake);
	writer__free(l->writer);
	profile__free(l->shown);
	profile__free(l->p);
	free(l->plan->command);
	return status;
}

/* Milliseconds until something is to be done, at the next beat at the latest; 0: the end. */
static int until(struct live *l)
{
	uint64_t now = monotonic__ns(), at = now + captures__look_ms(l->cs) * 1000000ull;

	at = l->beat < at ? l->beat : at;
	if (l->end && l->end <= now)
		return 0;
	at = l->end && l->end < at ? l->end : at;
	if (l->next && l->next < at && writer__is_idle(l->writer))
		at = l->next;
	if (l->asked && writer__is_idle(l->writer))
		at = now;
	return at > now ? (int)((at - now + 999999) / 1000000) : 1;
}

/* How long to wait for anything else, within these milliseconds. */
static int patience(const struct live *l, int wait)
{
	return captures__are_behind(l->cs) ? 0 : wait;
}

/* When the report after the one that was due is, given now. A slow reader and a busy machine get
 * fewer of them, not old ones, nor such of no time. */
static uint64_t following(const struct live *l, uint64_t now)
{
	const uint64_t step = (uint64_t)(l->plan->interval * 1e9), at = l->next + step;

	return at < now + step / 2 ? now + step : at;
}

/* Counting begins in one process after another, before all of them are counted, and ends so: it
 * went on as long as there is anything of. Readings that were told of a beginning keep it. */
static void widen(struct profile *p, bool told)
{
	struct prof_target *t = &p->target;
	uint64_t first = t->start_ns, last = t->start_ns + t->duration_ns;

	for (size_t i = 0; i < p->nthreads; i++) {
		first = p->threads[i].start_ns < first ? p->threads[i].start_ns : first;
		last = p->threads[i].end_ns > last ? p->threads[i].end_ns : last;
	}
	t->start_ns = told ? t->start_ns : first;
	t->duration_ns = last - t->start_ns;
}

/* Has a report written of what was counted so far. */
static void show(struct live *l)
{
	struct profile *p = profile_of(l->cs, l->plan);
	uint64_t now = monotonic__ns();

	p->target.start_ns = l->p->target.start_ns;
	p->target.started_at = l->p->target.started_at;
	p->target.duration_ns = now - p->target.start_ns;
	p->target.sequence = ++l->sequence;
	if (l->plan->rotates)
		captures__turn_strips(l->cs);
	captures__snapshot(l->cs, p);
	widen(p, l->shown || captures__together_ns(l->cs));
	l->p->target.start_ns = p->target.start_ns;
	if (l->shown)
		profile__keep_up(p, l->shown);
	profile__free(l->shown);
	l->shown = p;
	writer__give(l->writer, p, false);
	l->asked = false;
	if (l->next && l->next <= now)
		l->next = next_at(l, following(l, monotonic__ns()));
}

static bool is_report_due(const struct live *l)
{
	return l->asked || (l->next && l->next <= monotonic__ns());
}

static bool is_beat_due(const struct live *l)
{
	struct pollfd pfd = {.fd = l->wake, .events = POLLIN};

	return l->beat <= monotonic__ns() || poll(&pfd, 1, 0) > 0;
}

/* False: the process is no more what it was. */
static bool beat(struct live *l)
{
	uint64_t calls, lost;

	l->beat = monotonic__ns() + CAPTURE_BEAT_MS * 1000000ull;
	if (!captures__beat(l->cs))
		return false;
	captures__count(l->cs, &calls, &lost);
	progress__count(calls, lost);
	return true;
}

/* After each wait. False: the process is no more what it was, or nobody takes reports. */
static bool go_on(struct live *l)
{
	bool due = is_report_due(l);

	if (!(due || is_beat_due(l) ? beat(l) : captures__look(l->cs)))
		return false;
	if (!writer__is_idle(l->writer))
		return true;
	if (writer__status(l->writer))
		return false;
	if (due)
		show(l);
	return true;
}

/* Ends the measurement and keeps it in p. */
static void finish(struct live *l)
{
	struct prof_target *t = &l->p->target;
	struct process_state now;

	progress__phase("leaving the process");
	process_state__read(&now, (pid_t)t->pid);
	fill_in(t, l->cs);
	t->duration_ns = monotonic__ns() - t->start_ns;
	t->sequence = l->plan->interval > 0 ? ++l->sequence : 0;
	l->failed = captures__end(l->cs, l->p);
	widen(l->p, l->shown || captures__together_ns(l->cs));
	progress__stop();
	notes__no_calls(l->p, &l->start, &now);
}

static bool ends(uint32_t sig)
{
	return sig == SIGINT || sig == SIGTERM || sig == SIGHUP || sig == SIGQUIT;
}

/* Until the writer has taken what it was given; signals say to give up on it. */
static void wait_for_writer(struct live *l, int signals, bool impatient)
{
	struct pollfd pfd[] = {{.fd = writer__fd(l->writer), .events = POLLIN},
			       {.fd = signals, .events = POLLIN}};
	struct signalfd_siginfo si;

	while (!writer__is_idle(l->writer)) {
		int n = poll(pfd, 2, impatient ? LIVE_PATIENCE_MS : -1);
		bool told = n > 0 && pfd[1].revents &&
			    read(signals, &si, sizeof(si)) == sizeof(si) && ends(si.ssi_signo);

		if (n && !told)
			continue;
		writer__give_up(l->writer);
		pfd[1].fd = -1;
		impatient = false;
	}
}

/* Forgets the signals that came before; whether one of them was to end us. */
static bool drain(int signals)
{
	struct signalfd_siginfo si;
	bool end = false;

	while (read(signals, &si, sizeof(si)) == sizeof(si))
		end |= si.ssi_signo == SIGTERM || si.ssi_signo == SIGHUP;
	return end;
}

static void write_last(struct live *l, int signals, bool impatient)
{
	impatient |= drain(signals);
	wait_for_writer(l, signals, impatient);
	if (l->failed || writer__status(l->writer) == -EPIPE)
		return;
	writer__give(l->writer, l->p, true);
	wait_for_writer(l, signals, impatient);
}

int live__launched(struct captures *cs, struct spawn *sp, const struct live_plan *plan)
{
	struct live l = live_of(cs, plan);
	int wait = l.writer ? until(&l) : 0;

	while (wait && !spawn__wait(sp, patience(&l, wait), l.wake) && go_on(&l))
		wait = until(&l);
	finish(&l);
	spawn__wait(sp, -1, -1);
	*plan->ended_by = WIFSIGNALED(sp->status) ? WTERMSIG(sp->status) : 0;
	if (l.writer)
		write_last(&l, sp->signal_fd, WIFSIGNALED(sp->status));
	return release(&l);
}

int live__signals(bool follows)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1); /* asks for a report */
	sigaddset(&set, SIGCHLD); /* of processes that are followed */
	if (follows)
		sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* A terminal that goes away ends the measurement as ever. */
static bool asks(const struct live *l, const struct signalfd_siginfo *si)
{
	return si->ssi_signo == SIGUSR1 ||
	       (si->ssi_signo == SIGHUP && l->plan->rotates && si->ssi_code != SI_KERNEL);
}

/* The signal that asks to stop; 0: none. */
static int next_signal(struct live *l, int signals)
{
	struct signalfd_siginfo si;

	while (read(signals, &si, sizeof(si)) == sizeof(si)) {
		if (asks(l, &si))
			l->asked = true;
		else if (si.ssi_signo == SIGTSTP)
			warn("goes on: if it stopped, no thread or process of the program could "
			     "begin; Ctrl-C ends it");
		else if (si.ssi_signo != SIGCHLD)
			return (int)si.ssi_signo;
		else
			captures__step(l->cs);
	}
	return 0;
}

/* The signal that asked to stop; 0: it ended without. */
static int watch(struct live *l, int signals)
{
	struct pollfd pfd[] = {{.fd = signals, .events = POLLIN},
			       {.fd = l->wake, .events = POLLIN}};
	int wait, sig;

	while ((wait = until(l))) {
		int n = poll(pfd, 2, patience(l, wait));

		sig = n > 0 && pfd[0].revents ? next_signal(l, signals) : 0;
		if (sig)
			return sig;
		if ((n < 0 && errno != EINTR) || !go_on(l))
			break;
	}
	return 0;
}

int live__attached(struct captures *cs, int signals, const struct live_plan *plan)
{
	struct live l = live_of(cs, plan);
	int sig = l.writer ? watch(&l, signals) : 0;

	if (sig == SIGINT)
		progress__typed();
	finish(&l);
	*plan->ended_by = sig;
	if (l.writer)
		write_last(&l, signals, sig == SIGTERM || sig == SIGHUP);
	return release(&l);
}
