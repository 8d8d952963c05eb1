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
#include "capture/session.h"
#include "capture/spawn.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "discover/interp.h"
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

static struct profile *profile_of(const struct interp *in, char *command)
{
	struct profile *p = profile__new();

	p->target = (struct prof_target){
		.pid = in->pid,
		.command = command,
		.exe = xstrdup(in->exe),
		.interpreter = xstrdup(in->path),
		.python = xstrdup(in->version_text),
		.backend = xstrdup("usdt"),
		.clock = xstrdup("wall"),
		.start_ns = session__now(),
		.started_at = time(NULL),
	};
	return p;
}

/* Session loaded and attached, or NULL after one line. */
static struct session *begin(const struct opts *o, const struct interp *in, bool launched)
{
	struct session *s;

	if (in->usdt != USDT_FIRES && in->usdt != USDT_UNBALANCED) {
		err("cannot profile %s: %s; %s", in->path, usdt_verdict__text(in->usdt),
		    usdt_verdict__advice(in->usdt));
		return NULL;
	}
	s = session__open(in, &o->limits, launched);
	if (s && session__attach(s, in)) {
		session__close(s);
		return NULL;
	}
	return s;
}

/* Ends the measurement and keeps it in p. */
static void finish(struct session *s, struct profile *p)
{
	p->target.duration_ns = session__now() - p->target.start_ns;
	session__drain(s, p);
}

static int duration_ms(const struct opts *o)
{
	return o->duration > 0 ? (int)(o->duration * 1000 < 2e9 ? o->duration * 1000 : 2e9) : -1;
}

static int launch(struct opts *o)
{
	struct interp in = {0};
	struct spawn sp;
	struct session *s;
	struct profile *p;
	int status;

	if (spawn__start(&sp, o->args, &in))
		return STATUS_FAILED;
	s = begin(o, &in, true);
	if (!s) {
		spawn__kill(&sp);
		interp__close(&in);
		return STATUS_FAILED;
	}
	p = profile_of(&in, join(o->args));
	spawn__release(&sp);
	if (!spawn__wait(&sp, duration_ms(o))) {
		finish(s, p);
		spawn__wait(&sp, -1);
	} else {
		finish(s, p);
	}
	status = output__write(o, p);
	session__close(s);
	profile__free(p);
	interp__close(&in);
	if (status)
		return STATUS_FAILED;
	spawn__exit_like(&sp);
}

/* Until the process ends, a signal asks to stop, or the time is over. */
static void watch(int pidfd, int timeout_ms)
{
	struct pollfd pfd[2] = {{.fd = pidfd, .events = POLLIN}, {.events = POLLIN}};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pfd[1].fd = signalfd(-1, &set, SFD_CLOEXEC);
	while (poll(pfd, 2, timeout_ms) < 0 && errno == EINTR)
		continue;
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
	struct session *s = begin(o, in, false);
	struct profile *p;
	int status;

	if (!s)
		return STATUS_FAILED;
	p = profile_of(in, command_of(in->pid));
	info("profiling process %d, Python %s; Ctrl-C ends it", in->pid, in->version_text);
	watch(pidfd, duration_ms(o));
	finish(s, p);
	status = output__write(o, p) ? STATUS_FAILED : STATUS_DONE;
	session__close(s);
	profile__free(p);
	return status;
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
	if (error)
		err("cannot attach to process %u: %s; check the number with ps", o->pid,
		    error == -ENOENT ? "it is not a Python interpreter" : why);
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
