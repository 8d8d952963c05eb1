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
#include "capture/capture.h"
#include "capture/marks.h"
#include "capture/spawn.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "discover/interp.h"
#include "discover/markers.h"
#include "discover/system.h"
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
	const struct interp *in = c->in;

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

/* Ends the measurement and keeps it in p. */
static void finish(struct capture *c, struct profile *p)
{
	p->target.duration_ns = monotonic__ns() - p->target.start_ns;
	capture__end(c, p);
}

/* Milliseconds until the deadline (monotonic__ns; 0: none), but no more than a beat. */
static int until(uint64_t deadline)
{
	uint64_t now = monotonic__ns();

	if (!deadline || deadline > now + CAPTURE_BEAT_MS * 1000000ull)
		return CAPTURE_BEAT_MS;
	return deadline > now ? (int)((deadline - now + 999999) / 1000000) : 0;
}

static uint64_t deadline_of(const struct opts *o)
{
	return o->duration > 0 ? monotonic__ns() + (uint64_t)(o->duration * 1e9) : 0;
}

/* Runs the launched program to its end, and measures until then or the end of the duration. */
static void run(const struct opts *o, struct capture *c, struct profile *p)
{
	uint64_t deadline = deadline_of(o);
	int wait = until(deadline);

	while (wait && !spawn__wait(c->spawn, wait) && capture__beat(c))
		wait = until(deadline);
	finish(c, p);
	spawn__wait(c->spawn, -1);
}

static struct marks_opts blocks_of(const struct opts *o)
{
	return (struct marks_opts){.off = o->no_markers};
}

/* A program that has markers and is no Python will do. */
static bool takes_markers(const struct opts *o)
{
	return !o->no_markers && (!strcmp(o->backend, "auto") || !strcmp(o->backend, "markers"));
}

static int launch(struct opts *o)
{
	const struct marks_opts blocks = blocks_of(o);
	struct interp in = {0};
	struct spawn sp;
	struct capture *c;
	struct profile *p;
	int status;

	if (spawn__start(&sp, o->args, &in, takes_markers(o)))
		return STATUS_FAILED;
	c = capture__begin(o->backend, &in, &sp, &o->limits, &blocks);
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
static void watch(const struct opts *o, struct capture *c, int pidfd)
{
	struct pollfd pfd[2] = {{.fd = pidfd, .events = POLLIN}, {.events = POLLIN}};
	uint64_t deadline = deadline_of(o);
	sigset_t set;
	int wait;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pfd[1].fd = signalfd(-1, &set, SFD_CLOEXEC);
	while ((wait = until(deadline))) {
		int n = poll(pfd, 2, wait);

		if (n > 0 || (n < 0 && errno != EINTR) || !capture__beat(c))
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
	const struct marks_opts blocks = blocks_of(o);
	struct capture *c = capture__begin(o->backend, in, NULL, &o->limits, &blocks);
	struct profile *p;
	int status;

	if (!c)
		return STATUS_FAILED;
	p = profile_of(c, command_of(in->pid));
	info("profiling process %d%s%s; Ctrl-C ends it", in->pid,
	     *in->version_text ? ", Python " : "", in->version_text);
	watch(o, c, pidfd);
	finish(c, p);
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
	if (output__check(o) || system__require())
		return STATUS_FAILED;
	return o->pid ? attach(o) : launch(o);
}
