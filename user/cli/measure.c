/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Attaches to a process, or launches a command, and measures. */
#include "cli/measure.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/ticks.h"
#include "base/mem.h"
#include "base/priority.h"
#include "base/progress.h"
#include "backend/capture.h"
#include "backend/launch.h"
#include "blocks/blocks.h"
#include "cli/group.h"
#include "process/ownfilter.h"
#include "process/ownrights.h"
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
				     .calibrate = o->bias == BIAS_AUTO,
				     .builtins = o->builtins,
				     .all_callables = o->all_callables,
				     .needs_builtins = o->needs_builtins};
}

static struct live_plan live_of(struct measure *m, pid_t pid, char *command)
{
	return (struct live_plan){.duration = m->o->duration,
				  .interval = m->interval,
				  .pid = pid,
				  .command = command,
				  .sink = m->sink,
				  .ended_by = &m->ended_by,
				  .rotates = m->o->rotate > 0};
}

/* What is not needed from now on is given up: nothing where children are still to be entered.
 * Editors are to be started from a screen. */
static void lessen(const struct measure *m)
{
	const struct opts *o = m->o;

	if (o->children)
		return;
	own_rights__lessen(o->no_markers);
	own_filter__only((o->no_markers ? OWN_COUNTS : OWN_PROBES) | (m->screen ? OWN_SHOWS : 0));
}

/* At the first thing that it runs: all that it starts is looked at. */
static int start_followed(struct captures *cs, struct spawn *sp, const struct opts *o)
{
	if (launch__start_any(sp, o->args))
		return -1;
	sp->waits = o->wait;
	progress__stop();
	return captures__follow_launched(cs, sp);
}

/* At the first Python. */
static int start_one(struct captures *cs, struct spawn *sp, const struct opts *o)
{
	struct interp in = {0};

	if (launch__start(sp, o->args, &in, takes_markers(o)))
		return -1;
	if (captures__add(cs, &in, sp)) {
		spawn__kill(sp);
		return -1;
	}
	progress__stop(); /* the terminal is the program's */
	spawn__release(sp);
	return 0;
}

static void close_sink(const struct measure *m)
{
	if (m->close)
		m->close(m->arg);
}

static void tell_begun(const struct measure *m)
{
	if (m->begun)
		m->begun(m->arg);
}

/* What ended without being profiled failed as it says, or, if it says it did not, as there is no
 * profile. */
static int not_profiled(struct measure *m, const struct spawn *sp)
{
	if (!sp->ended || !sp->status)
		return STATUS_FAILED;
	close_sink(m);
	spawn__exit_like(sp);
}

static int launch(struct measure *m)
{
	struct opts *o = m->o;
	const struct capture_plan plan = plan_of(o);
	struct captures *cs = captures__new(&plan);
	struct live_plan live;
	struct prof_target target;
	struct spawn sp;
	bool was_any;
	int error;

	if (o->children ? start_followed(cs, &sp, o) : start_one(cs, &sp, o)) {
		captures__free(cs);
		return not_profiled(m, &sp);
	}
	lessen(m);
	live = live_of(m, sp.pid, join(o->args));
	tell_begun(m);
	error = live__launched(cs, &sp, &live);
	was_any = captures__target(cs, &target);
	captures__free(cs);
	if (error && !was_any)
		return not_profiled(m, &sp);
	if (error && error != -EPIPE)
		return STATUS_FAILED;
	if (error) /* the status is the program's own */
		err("the report is cut: its reader went away; keep it running, or give -o FILE");
	close_sink(m);
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

static int cannot_attach(pid_t pid)
{
	char *why = process__why_not(pid, "no Python interpreter and has no blocks (bpfprof.h)");

	err("cannot attach to process %d: %s", pid, why);
	free(why);
	return -1;
}

/* pidfd: of the process that was meant. */
static int add(struct captures *cs, const struct opts *o, pid_t pid, int pidfd)
{
	struct interp in = {0};
	const char *why = "";
	int error = interp__of_pid(&in, pid, &why);

	if (error == -ENOENT && takes_markers(o)) {
		interp__none(&in, pid);
		error = markers__are_in(pid) ? 0 : error;
	}
	if (error == -ESRCH || (!error && process__is_over(pidfd)))
		error = err("cannot attach to process %d: " PROCESS_LEFT, pid);
	else
		error = error ? cannot_attach(pid) : captures__add(cs, &in, NULL);
	interp__close(&in);
	return error;
}

static int add_one(struct captures *cs, const struct opts *o, pid_t pid)
{
	int pidfd = process__open(pid), error;

	if (pidfd < 0)
		return cannot_attach(pid);
	error = o->children ? captures__follow(cs, pid) : add(cs, o, pid, pidfd);
	close(pidfd);
	return error;
}

/* One of a group may have ended since it was found, which is no failure, and what cannot be counted
 * of it does not stand in the others' way: -1. */
static int add_insider(struct captures *cs, const struct opts *o, pid_t pid)
{
	char *why = NULL, **before = log__hold(&why);
	int error = add_one(cs, o, pid);

	log__hold(before);
	if (error && !process__is_ending(pid)) {
		captures__pass_over(cs, pid, why);
		return -1;
	}
	free(why);
	return 0;
}

/* Those of a group that can be counted remain. 0, or -1 after one line: none can. */
static int add_group(struct captures *cs, struct opts *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->npids; i++) {
		if (!add_insider(cs, o, (pid_t)o->pids[i]))
			o->pids[n++] = o->pids[i];
	}
	if (!n)
		return captures__say_passed_over(cs);
	o->npids = n;
	o->pid = o->pids[0];
	return 0;
}

/* All processes that were named. 0, or -1 after one line. */
static int add_all(struct captures *cs, struct opts *o)
{
	int error = 0;

	if (o->in_group)
		return add_group(cs, o);
	for (size_t i = 0; i < o->npids && !error; i++)
		error = add_one(cs, o, (pid_t)o->pids[i]);
	return error;
}

static void say_begun(const struct captures *cs, const struct opts *o)
{
	struct prof_target t;
	bool known = captures__target(cs, &t) && t.python;
	char *span = o->duration > 0 ? xasprintf(", for %g s", o->duration) : NULL;

	info("profiling process %u%s%s%s%s; Ctrl-C ends it%s", o->pid, known ? ", Python " : "",
	     known ? t.python : "",
	     o->children    ? ", and its children"
	     : o->npids > 1 ? ", and others"
			    : "",
	     span ? span : "", span ? " earlier" : "");
	free(span);
}

static int attach(struct measure *m)
{
	struct opts *o = m->o;
	struct capture_plan plan = plan_of(o);
	struct captures *cs;
	struct live_plan live;
	int error, signals;

	plan.one_of_many = o->npids > 1;
	cs = captures__new(&plan);
	error = add_all(cs, o);
	if (error) {
		captures__free(cs);
		return STATUS_FAILED;
	}
	captures__begin_together(cs);
	lessen(m);
	live = live_of(m, (pid_t)o->pid, captures__command(cs, (pid_t)o->pid));
	if (m->silent)
		progress__stop();
	signals = live__signals(o->children); /* before anybody is told that they may come */
	tell_begun(m);
	say_begun(cs, o);
	error = live__attached(cs, signals, &live);
	close(signals);
	captures__free(cs);
	if (error == -EPIPE)
		return gone();
	return error ? STATUS_FAILED : STATUS_DONE;
}

#define GIVE_WAY 5

/* To load and to report takes a tenth of a second of a processor, for which a server that runs
 * should not wait. While the process stands still bpfprof hurries, which takes the same right. A
 * program that was launched waits for nothing else, and what it starts stands still for most of the
 * work. */
static void give_way(const struct opts *o)
{
	int error = o->pid && !o->children && own_rights__have(CAP_SYS_NICE)
			    ? priority__give_way(GIVE_WAY)
			    : 0;

	if (error)
		detail("cannot give way: %s", strerror(-error));
}

#define FILES 72 /* what a capture opens, and a report */

/* With fewer even what the process runs cannot be looked at. */
static int files_fit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= FILES)
		return 0;
	return err("cannot profile: it takes %d open files; raise the limit of open files (ulimit "
		   "-n), which is %llu",
		   FILES, (unsigned long long)files.rlim_cur);
}

int measure__run(struct measure *m)
{
	int status = STATUS_FAILED;

	if (m->progress && !m->o->quiet)
		progress__start();
	ticks__start();
	progress__phase("looking at what this kernel can");
	if (!files_fit() && !system__require() && !session__fits(&m->o->limits) &&
	    !group__find(m->o)) {
		give_way(m->o);
		session__prepare();
		status = m->o->pid ? attach(m) : launch(m);
	}
	progress__stop();
	close_sink(m);
	return status;
}

bool measure__is_asked(const struct opts *o)
{
	if (!group__is_asked(o) != !o->nargs)
		return true;
	err("%s; see '%s'",
	    o->nargs ? "give either -p PID or a command" : "give -p PID or -- COMMAND", o->see);
	return false;
}
