/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Fork, enter, drop rights, exec. */
#include "bias/sibling.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "cpython/interp.h"
#include "process/procmem.h"

#define NOBODY	  65534
#define PATIENCE  5 /* seconds */
#define LIFE_S	  10
#define ENV_BYTES 65536

/* What the child needs, found out before the fork. */
struct plan {
	int exe;
	char **argv;
	char *envp[3];
	int mount_ns, root; /* -1: stay */
	uid_t uid;
	gid_t gid;
};

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool lives_elsewhere(pid_t pid)
{
	static const char *const what[] = {"ns/mnt", "ns/user", "ns/pid", "root"};

	for (size_t i = 0; i < sizeof(what) / sizeof(*what); i++) {
		char theirs[40], ours[40];

		snprintf(theirs, sizeof(theirs), "/proc/%d/%s", pid, what[i]);
		snprintf(ours, sizeof(ours), "/proc/self/%s", what[i]);
		if (!same_file(theirs, ours))
			return true;
	}
	return false;
}

static int open_of(pid_t pid, const char *what)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, what);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The two variables without which an interpreter may not find its library. */
static void find_environment(pid_t pid, char *envp[3])
{
	static const char *const wanted[] = {"PYTHONHOME=", "LD_LIBRARY_PATH="};
	int fd = open_of(pid, "environ");
	char *all = xcalloc(1, ENV_BYTES + 1);
	ssize_t size = fd < 0 ? 0 : read(fd, all, ENV_BYTES);
	size_t n = 0;

	for (char *at = all; size > 0 && at < all + size; at += strlen(at) + 1) {
		for (size_t i = 0; i < 2 && n < 2; i++) {
			if (!strncmp(at, wanted[i], strlen(wanted[i])))
				envp[n++] = xstrdup(at);
		}
	}
	if (fd >= 0)
		close(fd);
	free(all);
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
static const char *inside_path(const struct interp *in)
{
	char link[40], root[4096] = "";
	size_t n;

	snprintf(link, sizeof(link), "/proc/%d/root", in->pid);
	if (readlink(link, root, sizeof(root) - 1) < 0)
		return in->exe;
	n = strlen(root);
	return n > 1 && !strncmp(in->exe, root, n) && in->exe[n] == '/' ? in->exe + n : in->exe;
}

static void make_plan(struct plan *p, const struct interp *in, const char *text, char *const args[])
{
	bool elsewhere = lives_elsewhere(in->pid);

	*p = (struct plan){.exe = open_of(in->pid, "exe"),
			   .argv = arguments(inside_path(in), text, args),
			   .mount_ns = elsewhere ? open_of(in->pid, "ns/mnt") : -1,
			   .root = elsewhere ? open_of(in->pid, "root") : -1,
			   .uid = elsewhere ? NOBODY : (uid_t)procstatus__number(in->pid, "Uid"),
			   .gid = elsewhere ? NOBODY : (gid_t)procstatus__number(in->pid, "Gid")};
	find_environment(in->pid, p->envp);
}

static void drop_plan(struct plan *p)
{
	if (p->exe >= 0)
		close(p->exe);
	free(p->argv);
	free(p->envp[0]);
	free(p->envp[1]);
	if (p->mount_ns >= 0)
		close(p->mount_ns);
	if (p->root >= 0)
		close(p->root);
}

static _Noreturn void become(const struct plan *p, int talk)
{
	const struct rlimit life = {LIFE_S, LIFE_S};
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (p->mount_ns >= 0 && setns(p->mount_ns, CLONE_NEWNS))
		_exit(127);
	if (p->root >= 0 && (fchdir(p->root) || chroot(".")))
		_exit(127);
	if (dup2(talk, 0) < 0 || dup2(talk, 1) < 0 || (null >= 0 && dup2(null, 2) < 0) ||
	    chdir("/"))
		_exit(127);
	setrlimit(RLIMIT_CPU, &life);
	if (p->uid && (setgroups(0, NULL) || setresgid(p->gid, p->gid, p->gid) ||
		       setresuid(p->uid, p->uid, p->uid)))
		_exit(127);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setsid();
	syscall(SYS_execveat, p->exe, "", p->argv, p->envp, AT_EMPTY_PATH);
	_exit(127);
}

int sibling__start(struct sibling *t, const struct interp *in, const char *text, char *const args[],
		   const char **why)
{
	const struct timeval patience = {.tv_sec = PATIENCE};
	struct plan plan;
	int ends[2];

	*t = (struct sibling){0};
	*why = "its executable is no python that could be run beside it";
	if (strncmp(base_name(in->exe), "python", 6))
		return -1;
	*why = "no second interpreter could be started";
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -1;
	make_plan(&plan, in, text, args);
	t->pid = fork();
	if (!t->pid)
		become(&plan, ends[1]);
	drop_plan(&plan);
	close(ends[1]);
	if (t->pid < 0) {
		close(ends[0]);
		t->pid = 0;
		return -1;
	}
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
	while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	fclose(t->talk);
	t->pid = 0;
}
