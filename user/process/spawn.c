/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Runs a command under ptrace until it has reached a goal, then lets it go. */
#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "process/family.h"
#include "process/ownrights.h"
#include "process/stops.h"

#define OPTIONS (PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static void signal_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(*passed_on); i++)
		sigaddset(set, passed_on[i]);
}

/* In the child: waits until it is traced, then becomes the command; errno goes up the pipe. */
static _Noreturn void child_main(char *const argv[], int go, int failed, const sigset_t *mask)
{
	char byte;
	int error;

	if (read(go, &byte, 1) != 1)
		_exit(127);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	error = errno;
	if (write(failed, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

static int exec_failed(struct spawn *sp, int failed, const char *command, const char *never)
{
	int error = 0;

	if (read(failed, &error, sizeof(error)) != sizeof(error))
		return err("cannot profile %s: %s", command, never);
	sp->ended = false; /* nothing of the program ran: the status is ours */
	if (error != ENOENT || strchr(command, '/'))
		return err("cannot run %s: %s; check the command", command, strerror(error));
	if (!access(command, F_OK))
		return err("cannot run %s: it is on no PATH, but a file here; say python3 %s",
			   command, command);
	return err("cannot run %s: it is no command of bpfprof's and on no PATH; see "
		   "'bpfprof --help'",
		   command);
}

/* One stop of the tracee: the signal to continue it with; sets *look where the process may have
 * become Python. */
static int handle_stop(pid_t pid, int status, uint64_t *prot, bool *look)
{
	int sig = WSTOPSIG(status);

	if (sig == STOP_SYSCALL) {
		*look = stop__mapped_code(pid, prot);
		return 0;
	}
	if (STOP_EVENT(status) == PTRACE_EVENT_EXEC) {
		*look = true;
		return 0;
	}
	return STOP_EVENT(status) ? 0 : sig;
}

/* Follows the tracee to the stop in which it has reached the goal. 0, or -1 where it ended first.
 */
static int follow(struct spawn *sp, const struct spawn_goal *goal)
{
	uint64_t prot = 0;
	int status;

	while (waitpid(sp->pid, &status, __WALL) == sp->pid) {
		bool look = false;
		int sig;

		if (!WIFSTOPPED(status)) {
			sp->ended = true;
			sp->status = status;
			return -1;
		}
		sig = handle_stop(sp->pid, status, &prot, &look);
		if (look &&
		    goal->is_reached(goal->of, sp->pid, STOP_EVENT(status) == PTRACE_EVENT_EXEC))
			return 0;
		ptrace(PTRACE_SYSCALL, sp->pid, 0, sig);
	}
	return -1;
}

/* The child, waiting on *go; what it could not exec comes from *failed. */
static pid_t fork_child(char *const argv[], int *go, int *failed)
{
	int up[2], down[2];
	sigset_t ours, old;
	pid_t pid;

	if (pipe2(down, O_CLOEXEC) || pipe2(up, O_CLOEXEC))
		return -1;
	signal_set(&ours);
	sigprocmask(SIG_BLOCK, &ours, &old);
	pid = fork();
	if (!pid) {
		close(down[1]);
		child_main(argv, down[0], up[1], &old);
	}
	close(down[0]);
	close(up[1]);
	*go = down[1];
	*failed = up[0];
	return pid;
}

int spawn__start(struct spawn *sp, char *const argv[], const struct spawn_goal *goal)
{
	int go, failed, result = -1;
	sigset_t ours;

	*sp = (struct spawn){.pid = fork_child(argv, &go, &failed)};
	if (sp->pid < 0)
		return err("cannot start %s: %s; free some processes and retry", argv[0],
			   strerror(errno));
	signal_set(&ours);
	sp->signal_fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	if (sp->signal_fd < 0 || ptrace(PTRACE_SEIZE, sp->pid, 0, OPTIONS)) {
		err("cannot trace the start of %s: %s; %s", argv[0], strerror(errno),
		    own_rights__advice(-errno, CAP_SYS_PTRACE));
		spawn__kill(sp);
		goto out;
	}
	if (ptrace(PTRACE_INTERRUPT, sp->pid, 0, 0) || write(go, "", 1) != 1)
		err("cannot start %s: %s; try again", argv[0], strerror(errno));
	else if (follow(sp, goal))
		exec_failed(sp, failed, argv[0], goal->never);
	else
		result = 0;
out:
	close(go);
	close(failed);
	return result;
}

/* A terminal's Ctrl-C reaches the whole foreground group, the program included. That it went away
 * is told to the leader of its session alone; the group hears of it when the leader ends. */
static bool is_ours_alone(const struct signalfd_siginfo *si)
{
	return si->ssi_code != SI_KERNEL || (si->ssi_signo == SIGHUP && getsid(0) == getpid());
}

static void pass_on(struct spawn *sp, const struct signalfd_siginfo *si)
{
	if (sp->ended_itself)
		sp->ended |= si->ssi_signo != SIGUSR1 && si->ssi_signo != SIGUSR2;
	else if (is_ours_alone(si))
		kill(sp->pid, si->ssi_signo);
	if (si->ssi_signo == SIGHUP && si->ssi_code == SI_KERNEL)
		sp->waits = false; /* others of the family hear of it as we end */
}

static void reap(struct spawn *sp)
{
	if (sp->family) {
		family__step(sp->family);
		sp->ended |= sp->ended_itself && (!sp->waits || family__is_over(sp->family));
		return;
	}
	if (waitpid(sp->pid, &sp->status, WNOHANG) == sp->pid &&
	    (WIFEXITED(sp->status) || WIFSIGNALED(sp->status)))
		sp->ended = true;
}

bool spawn__wait(struct spawn *sp, int timeout_ms, int wake_fd)
{
	struct pollfd pfd[] = {{.fd = sp->signal_fd, .events = POLLIN},
			       {.fd = wake_fd, .events = POLLIN}};

	reap(sp);
	while (!sp->ended) {
		struct signalfd_siginfo si;

		if (poll(pfd, 2, timeout_ms) <= 0 || !pfd[0].revents)
			break;
		while (read(sp->signal_fd, &si, sizeof(si)) == sizeof(si)) {
			if (si.ssi_signo != SIGCHLD)
				pass_on(sp, &si);
		}
		reap(sp);
		if (sp->family)
			break;
	}
	return sp->ended;
}

void spawn__kill(struct spawn *sp)
{
	if (sp->ended || sp->pid <= 0)
		return;
	kill(sp->pid, SIGKILL);
	while (waitpid(sp->pid, &sp->status, __WALL) == sp->pid && WIFSTOPPED(sp->status))
		ptrace(PTRACE_CONT, sp->pid, 0, 0);
}

_Noreturn void spawn__exit_like(const struct spawn *sp)
{
	struct rlimit no_core = {0, 0};
	sigset_t all;

	if (!WIFSIGNALED(sp->status))
		exit(WEXITSTATUS(sp->status));
	/* die by the same signal, so that a shell or a supervisor sees what it would have seen */
	fflush(NULL);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(WTERMSIG(sp->status), SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	raise(WTERMSIG(sp->status));
	exit(128 + WTERMSIG(sp->status));
}
