/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attaches to a process, or launches a command, and measures. */
#include "cli/measure.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/ticks.h"
#include "base/mem.h"
#include "base/progress.h"
#include "backend/capture.h"
#include "backend/launch.h"
#include "blocks/blocks.h"
#include "process/spawn.h"
#include "process/state.h"
#include "cpython/interp.h"
#include "live/live.h"
#include "blocks/markers.h"
#include "probe/system.h"

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
	return (struct capture_plan){.backend = o->backend,
				     .limits = o->limits,
				     .blocks = blocks_of(o),
				     .calibrate = o->bias == BIAS_AUTO && !o->builtins,
				     .builtins = o->builtins,
				     .needs_builtins = o->needs_builtins};
}

static struct live_plan live_of(struct measure *m, char *command)
{
	return (struct live_plan){m->o->duration, m->interval, command, m->sink, &m->ended_by};
}

static int launch(struct measure *m)
{
	struct opts *o = m->o;
	const struct capture_plan plan = plan_of(o);
	struct live_plan live;
	struct interp in = {0};
	struct spawn sp;
	struct capture *c;
	int error;

	if (launch__start(&sp, o->args, &in, takes_markers(o)))
		return STATUS_FAILED;
	c = capture__begin(&plan, &in, &sp);
	if (!c) {
		spawn__kill(&sp);
		interp__close(&in);
		return STATUS_FAILED;
	}
	progress__stop(); /* the terminal is the program's */
	spawn__release(&sp);
	live = live_of(m, join(o->args));
	error = live__launched(c, &live);
	capture__free(c);
	interp__close(&in);
	if (error && error != -EPIPE)
		return STATUS_FAILED;
	m->close(m->arg);
	spawn__exit_like(&sp);
}

/* The reader went away, as "head" does, when it had enough: as others end then. */
static int gone(void)
{
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigprocmask(SIG_UNBLOCK, &pipe, NULL);
	raise(SIGPIPE);
	err("cannot write the report: %s; keep its reader running", strerror(EPIPE));
	return STATUS_FAILED;
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
static int measure(struct measure *m, const struct interp *in, int pidfd)
{
	const struct capture_plan plan = plan_of(m->o);
	const struct live_plan live = live_of(m, command_of(in->pid));
	struct capture *c = capture__begin(&plan, in, NULL);
	int error, signals;

	if (!c) {
		free(live.command);
		return STATUS_FAILED;
	}
	if (m->silent)
		progress__stop();
	signals = live__signals(); /* before anybody is told that they may come */
	info("profiling process %d%s%s; Ctrl-C ends it", in->pid,
	     *in->version_text ? ", Python " : "", in->version_text);
	error = live__attached(c, pidfd, signals, &live);
	close(signals);
	capture__free(c);
	if (error == -EPIPE)
		return gone();
	return error ? STATUS_FAILED : STATUS_DONE;
}

static int cannot_attach(pid_t pid)
{
	char *why = process__why_not(pid, "no Python interpreter and has no blocks (bpfprof.h)");

	err("cannot attach to process %d: %s", pid, why);
	free(why);
	return STATUS_FAILED;
}

static int attach(struct measure *m)
{
	struct opts *o = m->o;
	struct interp in = {0};
	const char *why = "";
	int pidfd = syscall(SYS_pidfd_open, o->pid, 0), error, status = STATUS_FAILED;

	if (pidfd < 0)
		return cannot_attach(o->pid);
	error = interp__of_pid(&in, o->pid, &why);
	if (error == -ENOENT && takes_markers(o) && markers__are_in(o->pid)) {
		interp__none(&in, o->pid);
		error = 0;
	}
	if (error)
		cannot_attach(o->pid);
	else
		status = measure(m, &in, pidfd);
	interp__close(&in);
	close(pidfd);
	return status;
}

int measure__run(struct measure *m)
{
	const struct opts *o = m->o;
	int status = STATUS_FAILED;

	ticks__start();
	progress__phase("looking at what this kernel can");
	if (!system__require() && !session__fits(&o->limits))
		status = o->pid ? attach(m) : launch(m);
	progress__stop();
	return status;
}

bool measure__is_asked(const struct opts *o)
{
	if (!o->pid != !o->nargs)
		return true;
	err("%s; see 'bpfprof --help'",
	    o->pid ? "give either -p PID or a command" : "give -p PID or -- COMMAND");
	return false;
}
