/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Profiling itself: attach to a process, or launch a command; then report. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/ticks.h"
#include "backend/capture.h"
#include "backend/launch.h"
#include "blocks/blocks.h"
#include "process/spawn.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "cpython/interp.h"
#include "blocks/markers.h"
#include "probe/system.h"
#include "model/profile.h"

static char *join(char *const args[])
{
	char *all = xstrdup("");

	for (; *args; args++) {
		char *more = xasprintf("%s%s%s", all, *all ? " " : "", *args);

		free(all);
		all = more;
	}
	return all;
}

static struct profile *profile_of(const struct capture *c, char *command)
{
	struct profile *p = profile__new();
	const struct interp *in = c->at.in;

	p->target = (struct prof_target){
		.pid = in->pid,
		.command = command,
		.exe = xstrdup(in->exe),
		.interpreter = xstrdup(in->path),
		.python = *in->version_text ? xstrdup(in->version_text) : NULL,
		.backend = xstrdup(c->backend->name),
		.clock = xstrdup("wall"),
		.start_ns = monotonic__ns(),
		.started_at = time(NULL),
	};
	return p;
}

/* A measurement under way, and what is to be done when. */
struct run {
	const struct opts *o;
	struct capture *c;
	struct profile *p;     /* of the whole */
	struct profile *shown; /* what --interval showed last; NULL: nothing yet */
	uint64_t end, next;    /* monotonic__ns, of the end and of the next report; 0: never */
};

static uint64_t after(double seconds)
{
	return seconds > 0 ? monotonic__ns() + (uint64_t)(seconds * 1e9) : 0;
}

static struct run run_of(const struct opts *o, struct capture *c, struct profile *p)
{
	return (struct run){o, c, p, NULL, after(o->duration), after(o->interval)};
}

/* Milliseconds until something is to be done, at most a beat; 0: the end. */
static int until(const struct run *r)
{
	uint64_t now = monotonic__ns(), at = now + CAPTURE_BEAT_MS * 1000000ull;

	if (r->end && r->end <= now)
		return 0;
	at = r->end && r->end < at ? r->end : at;
	at = r->next && r->next < at ? r->next : at;
	return at > now ? (int)((at - now + 999999) / 1000000) : 1;
}

/* The report of what was counted so far. */
static int show(struct run *r)
{
	struct profile *p = profile_of(r->c, xstrdup(r->p->target.command));
	int status;

	p->target.start_ns = r->p->target.start_ns;
	p->target.started_at = r->p->target.started_at;
	p->target.duration_ns = monotonic__ns() - p->target.start_ns;
	capture__snapshot(r->c, p);
	if (r->shown)
		profile__keep_up(p, r->shown);
	profile__free(r->shown);
	r->shown = p;
	status = output__write(r->o, p);
	r->next += (uint64_t)(r->o->interval * 1e9);
	return status;
}

/* After each wait. False: the process is no more what it was, or the report can't be written. */
static bool go_on(struct run *r)
{
	if (!capture__beat(r->c))
		return false;
	return !r->next || r->next > monotonic__ns() || !show(r);
}

/* Ends the measurement and keeps it in p. */
static void finish(struct run *r)
{
	struct prof_target *t = &r->p->target;

	profile__free(r->shown);
	t->duration_ns = monotonic__ns() - t->start_ns;
	capture__end(r->c, r->p);
}

/* Runs the launched program to its end, and measures until then or the end of the duration. */
static void run(const struct opts *o, struct capture *c, struct profile *p)
{
	struct run r = run_of(o, c, p);
	int wait = until(&r);

	while (wait && !spawn__wait(c->at.launched, wait, capture__fd(c)) && go_on(&r))
		wait = until(&r);
	finish(&r);
	spawn__wait(c->at.launched, -1, -1);
}

static struct blocks_opts blocks_of(const struct opts *o)
{
	return (struct blocks_opts){.off = o->no_markers,
				    .patterns = o->patterns,
				    .npatterns = o->npatterns,
				    .names = (const char *const *)o->track_names};
}

/* A program that has markers and is no Python will do. */
static bool takes_markers(const struct opts *o)
{
	return !o->no_markers && (!strcmp(o->backend, "auto") || !strcmp(o->backend, "markers"));
}

static struct capture_plan plan_of(const struct opts *o)
{
	return (struct capture_plan){o->backend, o->limits, blocks_of(o), o->bias == BIAS_AUTO};
}

static int launch(struct opts *o)
{
	const struct capture_plan plan = plan_of(o);
	struct interp in = {0};
	struct spawn sp;
	struct capture *c;
	struct profile *p;
	int status;

	if (launch__start(&sp, o->args, &in, takes_markers(o)))
		return STATUS_FAILED;
	c = capture__begin(&plan, &in, &sp);
	if (!c) {
		spawn__kill(&sp);
		interp__close(&in);
		return STATUS_FAILED;
	}
	p = profile_of(c, join(o->args));
	spawn__release(&sp);
	run(o, c, p);
	status = output__write(o, p);
	capture__free(c);
	profile__free(p);
	interp__close(&in);
	if (status)
		return STATUS_FAILED;
	spawn__exit_like(&sp);
}

/* Until the process ends or is no more what it was, a signal asks to stop, or the time is over. */
static void watch(struct run *r, int pidfd)
{
	struct pollfd pfd[] = {{.fd = pidfd, .events = POLLIN},
			       {.events = POLLIN},
			       {.fd = capture__fd(r->c), .events = POLLIN}};
	sigset_t set;
	int wait;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pfd[1].fd = signalfd(-1, &set, SFD_CLOEXEC);
	while ((wait = until(r))) {
		int n = poll(pfd, 3, wait);

		if (pfd[0].revents || pfd[1].revents || (n < 0 && errno != EINTR) || !go_on(r))
			break;
	}
	close(pfd[1].fd);
}

static char *command_of(pid_t pid)
{
	char path[32], buf[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	f = fopen(path, "r");
	n = f ? fread(buf, 1, sizeof(buf) - 1, f) : 0;
	if (f)
		fclose(f);
	while (n && !buf[n - 1])
		n--;
	for (size_t i = 0; i < n; i++)
		buf[i] = buf[i] ? buf[i] : ' ';
	buf[n] = '\0';
	return xstrdup(buf);
}

/* Measures the process of in. STATUS_. */
static int measure(struct opts *o, const struct interp *in, int pidfd)
{
	const struct capture_plan plan = plan_of(o);
	struct capture *c = capture__begin(&plan, in, NULL);
	struct profile *p;
	struct run r;
	int status;

	if (!c)
		return STATUS_FAILED;
	p = profile_of(c, command_of(in->pid));
	r = run_of(o, c, p);
	info("profiling process %d%s%s; Ctrl-C ends it", in->pid,
	     *in->version_text ? ", Python " : "", in->version_text);
	watch(&r, pidfd);
	finish(&r);
	status = output__write(o, p) ? STATUS_FAILED : STATUS_DONE;
	capture__free(c);
	profile__free(p);
	return status;
}

static bool has_markers(pid_t pid)
{
	struct markers files = {0};
	bool has = markers__look(&files, pid) > 0;

	markers__free(&files);
	return has;
}

static int attach(struct opts *o)
{
	struct interp in = {0};
	const char *why = "";
	int pidfd = syscall(SYS_pidfd_open, o->pid, 0), error, status = STATUS_FAILED;

	if (pidfd < 0) {
		err("cannot attach to process %u: %s; check the number with ps", o->pid,
		    errno == ESRCH ? "there is no such process" : strerror(errno));
		return STATUS_FAILED;
	}
	error = interp__of_pid(&in, o->pid, &why);
	if (error == -ENOENT && takes_markers(o) && has_markers(o->pid)) {
		interp__none(&in, o->pid);
		error = 0;
	}
	if (error)
		err("cannot attach to process %u: %s; check the number with ps", o->pid,
		    error == -ENOENT ? "it is not a Python interpreter and has no markers" : why);
	else
		status = measure(o, &in, pidfd);
	interp__close(&in);
	close(pidfd);
	return status;
}

int cmd_profile(struct opts *o)
{
	if (!o->pid == !o->nargs) {
		err("%s; see 'bpfprof --help'",
		    o->pid ? "give either -p PID or a command" : "give -p PID or -- COMMAND");
		return STATUS_USAGE;
	}
	if (output__check(o) || system__require() || session__fits(&o->limits))
		return STATUS_FAILED;
	return o->pid ? attach(o) : launch(o);
}
