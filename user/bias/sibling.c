/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Fork, take on the process's rights, exec. */
#include "bias/sibling.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "cpython/interp.h"
#include "process/rights.h"

#define PATIENCE 5 /* seconds */
#define LIFE_S	 10

/* What the child needs, found out before the fork. */
struct plan {
	struct rights rights;
	char **argv;
	char *envp[3];
};

/* The two variables without which an interpreter may not find its library. */
static void find_environment(int proc, char *envp[3])
{
	static const char *const wanted[] = {"PYTHONHOME=", "LD_LIBRARY_PATH="};
	int fd = openat(proc, "environ", O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char *var = NULL;
	size_t size = 0, n = 0;

	while (f && n < 2 && getdelim(&var, &size, 0, f) > 0) {
		for (size_t i = 0; i < 2 && n < 2; i++) {
			if (!strncmp(var, wanted[i], strlen(wanted[i])))
				envp[n++] = xstrdup(var);
		}
	}
	free(var);
	if (f)
		fclose(f);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static char **arguments(const char *exe, const char *text, char *const args[])
{
	const char *first[] = {exe, "-S", "-s", "-c", text};
	char **argv = NULL;
	size_t n = 0;

	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
		*ARR_PUSH(argv, n) = (char *)first[i];
	for (; *args; args++)
		*ARR_PUSH(argv, n) = *args;
	*ARR_PUSH(argv, n) = NULL;
	return argv;
}

/* The executable's path as the process itself sees it: by it the interpreter finds its library. */
static const char *inside_path(const struct interp *in, int proc)
{
	char root[4096] = "";
	size_t n;

	if (readlinkat(proc, "root", root, sizeof(root) - 1) < 0)
		return in->exe;
	n = strlen(root);
	return n > 1 && !strncmp(in->exe, root, n) && in->exe[n] == '/' ? in->exe + n : in->exe;
}

static int make_plan(struct plan *p, const struct interp *in, const char *text, char *const args[],
		     const char **why)
{
	*p = (struct plan){0};
	if (rights__of(&p->rights, in->pid, why))
		return -1;
	*why = "it runs another program by now";
	if (!interp__is_still(in))
		return -1;
	p->argv = arguments(inside_path(in, p->rights.proc), text, args);
	find_environment(p->rights.proc, p->envp);
	*why = "no second interpreter could be started";
	return 0;
}

static void drop_plan(struct plan *p)
{
	rights__free(&p->rights);
	free(p->argv);
	free(p->envp[0]);
	free(p->envp[1]);
}

/* The parent may have gone before its death was a signal: then the other end is closed. */
static bool is_orphan(int talk)
{
	struct pollfd pfd = {.fd = talk, .events = POLLIN};

	return poll(&pfd, 1, 0) && pfd.revents & POLLHUP;
}

static _Noreturn void become(const struct plan *p, int talk)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(talk, 0) < 0 || dup2(talk, 1) < 0 || (null >= 0 && dup2(null, 2) < 0))
		_exit(127);
	setsid();
	if (rights__take(&p->rights, LIFE_S) || is_orphan(0))
		_exit(127);
	syscall(SYS_execveat, p->rights.exe, "", p->argv, p->envp, AT_EMPTY_PATH);
	_exit(127);
}

/* Into the namespaces, and there the sibling, of which we are to be the parent: only a child is in
 * another namespace of processes. Its number as we see it goes to tell. */
static _Noreturn void lead(const struct plan *p, int talk, int tell)
{
	pid_t pid = -1;

	if (!rights__enter(&p->rights))
		pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (!pid)
		become(p, talk);
	_exit(write(tell, &pid, sizeof(pid)) != sizeof(pid));
}

/* Waits for a child that has been killed, and not for ever: a file system of the process's own can
 * hold it. */
static void reap(pid_t pid)
{
	struct pollfd pfd = {.fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};

	while (pfd.fd >= 0 && poll(&pfd, 1, PATIENCE * 1000) < 0 && errno == EINTR)
		continue;
	if (pfd.fd >= 0)
		close(pfd.fd);
	waitpid(pid, NULL, WNOHANG);
}

/* The sibling's number; -1 where it could not be started. */
static pid_t fork_sibling(const struct plan *p, const int ends[2])
{
	struct pollfd pfd = {.events = POLLIN};
	pid_t leader, pid = -1;
	int tell[2];

	if (pipe2(tell, O_CLOEXEC))
		return -1;
	leader = fork();
	if (!leader) {
		close(ends[0]);
		lead(p, ends[1], tell[1]);
	}
	close(tell[1]);
	pfd.fd = tell[0];
	if (leader > 0) {
		while (poll(&pfd, 1, PATIENCE * 1000) < 0 && errno == EINTR)
			continue;
		if (!pfd.revents || read(tell[0], &pid, sizeof(pid)) != sizeof(pid))
			pid = -1;
		kill(leader, SIGKILL);
		reap(leader);
	}
	close(tell[0]);
	return pid;
}

int sibling__start(struct sibling *t, const struct interp *in, const char *text, char *const args[],
		   const char **why)
{
	const struct timeval patience = {.tv_sec = PATIENCE};
	pid_t pid = -1;
	struct plan plan;
	int ends[2];

	*t = (struct sibling){0};
	*why = "its executable is no python that could be run beside it";
	if (strncmp(base_name(in->exe), "python", 6))
		return -1;
	*why = "no second interpreter could be started";
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -1;
	if (!make_plan(&plan, in, text, args, why))
		pid = fork_sibling(&plan, ends);
	drop_plan(&plan);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -1;
	}
	t->pid = pid;
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	t->talk = fdopen(ends[0], "r");
	return 0;
}

bool sibling__go_on(struct sibling *t)
{
	return send(fileno(t->talk), "\n", 1, MSG_NOSIGNAL) == 1;
}

bool sibling__hear(struct sibling *t, char *line, int size)
{
	return fgets(line, size, t->talk);
}

void sibling__end(struct sibling *t)
{
	if (!t->pid)
		return;
	kill(t->pid, SIGKILL);
	reap(t->pid);
	fclose(t->talk);
	t->pid = 0;
}
