/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The state of a process, from its status and stat files. */
#include "process/state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/ownrights.h"
#include "process/procmem.h"

/* The command's name may hold anything, but the last parenthesis is its end. */
static int read_stat(struct process_state *s, pid_t pid)
{
	char path[32], line[1024], *end;
	unsigned long long user = 0, kernel = 0, start = 0;
	unsigned int flags = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	end = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	fclose(f);
	if (!end || sscanf(end + 1,
			   " %c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d "
			   "%*d %*d %llu",
			   &s->letter, &s->parent, &flags, &user, &kernel, &start) != 6)
		return -ENOENT;
	s->kernel = flags & 0x00200000; /* PF_KTHREAD */
	s->exits = flags & 0x00000004;	/* PF_EXITING */
	s->cpu = user + kernel;
	s->start = start;
	return 0;
}

int process_state__read(struct process_state *s, pid_t pid)
{
	char path[32], line[256];
	int error;
	FILE *f;

	*s = (struct process_state){0};
	error = read_stat(s, pid);
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = error ? NULL : fopen(path, "re");
	while (f && !s->tgid && fgets(line, sizeof(line), f))
		sscanf(line, "Tgid: %d", &s->tgid);
	if (f)
		fclose(f);
	return error ? error : s->tgid ? 0 : -ENOENT;
}

static bool is_ended(const struct process_state *s)
{
	return s->letter == 'Z' || s->letter == 'X';
}

bool process__has_ended(pid_t tid)
{
	struct process_state s;
	int error = process_state__read(&s, tid);

	return error ? error != -EMFILE && error != -ENFILE : is_ended(&s);
}

bool process__is_ending(pid_t pid)
{
	struct process_state s;

	return process_state__read(&s, pid) || is_ended(&s) || s.exits ||
	       procstatus__mask(pid, "SigPnd") >> (SIGKILL - 1) & 1;
}

int process__open(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : fd;
}

bool process__is_over(int pidfd)
{
	struct pollfd pfd = {.fd = pidfd, .events = POLLIN};

	return poll(&pfd, 1, 0) > 0;
}

/* What it runs; false: we have no right to look at it. */
static bool read_exe(pid_t pid, char exe[PATH_MAX])
{
	char path[32];
	ssize_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	n = readlink(path, exe, PATH_MAX - 1);
	exe[n > 0 ? n : 0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	if (f)
		fclose(f);
	return n > 0 && f;
}

char *process__why_not(pid_t pid, const char *wanted)
{
	struct process_state s;
	char exe[PATH_MAX];
	int mem;

	if (process_state__read(&s, pid))
		return xstrdup("there is no such process; check the number with ps");
	if (s.tgid != pid)
		return xasprintf("it is a thread of process %d; give -p %d", s.tgid, s.tgid);
	if (is_ended(&s) && procstatus__number(pid, "Threads") > 1)
		return xstrdup("its main thread has ended, and others run on without it, which "
			       "cannot be profiled; have the main thread wait for them");
	if (is_ended(&s) || s.exits)
		return xstrdup("it has ended, and waits for its parent to take notice; start it "
			       "again");
	if (s.kernel)
		return xstrdup("it is a thread of the kernel; give a Python process");
	if (!read_exe(pid, exe))
		return xstrdup(own_rights__no_look());
	mem = procmem__open(pid);
	if (own_rights__denied(mem))
		return xstrdup(own_rights__advice(mem, CAP_DAC_OVERRIDE));
	if (mem >= 0)
		close(mem);
	return xasprintf("it runs %s, which is %s; give the process that is", exe, wanted);
}

char *process__name(pid_t pid, pid_t tid)
{
	char *path = xasprintf("/proc/%d/task/%d/comm", pid, tid);
	char *name = procfile__text(AT_FDCWD, path);

	name[strcspn(name, "\n")] = '\0';
	free(path);
	return name;
}

char *process__command(pid_t pid)
{
	char path[32], buf[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	f = fopen(path, "re");
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
