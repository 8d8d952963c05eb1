/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * reused K TARGET... -- HEIR... -- BPFPROF...: runs bpfprof -p on a process, and holds it at the
 * K-th system call of those that name the process by its number (from 1 on; files of /proc too).
 * There the process ends, and another one gets its number; then bpfprof goes on. Both say a line
 * when they are ready. Prints bpfprof's status, "held" or "unheld" and the number of the process
 * that is left, which waits for the end of our input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS                                                                                    \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |  \
	 PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)

static char **heir;
static pid_t target;
static long left;		   /* calls until it is held; below 0: it counts on */
static bool begun, held, has_hold; /* of the target, by its number */

/* Calls by a number, and which argument that is. */
static const struct {
	unsigned int nr, arg;
} by_number[] = {
	{SYS_pidfd_open, 0},
	{SYS_kill, 0},
	{SYS_tgkill, 0},
	{SYS_ptrace, 1},
	{SYS_perf_event_open, 1},
	{SYS_prlimit64, 0},
	{SYS_process_vm_readv, 0},
	{SYS_process_vm_writev, 0},
	{SYS_rt_tgsigqueueinfo, 0},
};

/* With the same addresses, and a number that is to be had; it says a line once it is ready. */
static pid_t start(char **argv, pid_t number)
{
	struct clone_args args = {.exit_signal = SIGCHLD,
				  .set_tid = number ? (uintptr_t)&number : 0,
				  .set_tid_size = number ? 1 : 0};
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe2(ends, 0) || (pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args))) < 0) {
		perror("clone3");
		exit(3);
	}
	if (!pid) {
		personality(ADDR_NO_RANDOMIZE);
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		execv(argv[0], argv);
		_exit(127);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		exit(3);
	return pid;
}

static size_t read_at(pid_t pid, uint64_t addr, void *to, size_t n)
{
	struct iovec here = {to, n}, there = {(void *)(uintptr_t)addr, n};
	ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);

	return got > 0 ? (size_t)got : 0;
}

/* A path that is below the directory of its number, or is that. */
static bool names_it(pid_t pid, uint64_t addr)
{
	char path[64] = "", dir[32];
	size_t n;

	/* up to the page's end, and then what is beyond */
	if (addr < 4096 ||
	    !(n = read_at(pid, addr, path, 4096 - addr % 4096 < 63 ? 4096 - addr % 4096 : 63)))
		return false;
	if (n < 63)
		read_at(pid, addr + n, path + n, 63 - n);
	n = (size_t)snprintf(dir, sizeof(dir), "/proc/%d", target);
	return !strncmp(path, dir, n) && (path[n] == '/' || !path[n]);
}

static bool links_to_it(pid_t pid, const uint64_t *args)
{
	uint32_t words[16];

	if (args[0] != BPF_LINK_CREATE ||
	    read_at(pid, args[1], words, sizeof(words)) != sizeof(words))
		return false;
	for (size_t i = 0; i < 16; i++) {
		if (words[i] == (uint32_t)target)
			return true;
	}
	return false;
}

static bool is_by_number(pid_t pid, const struct __ptrace_syscall_info *info)
{
	const uint64_t *args = info->entry.args;

	for (size_t i = 0; i < sizeof(by_number) / sizeof(*by_number); i++) {
		if (info->entry.nr == by_number[i].nr)
			return (pid_t)args[by_number[i].arg] == target;
	}
	if (info->entry.nr == SYS_bpf)
		return links_to_it(pid, args);
	return info->entry.nr != SYS_write && info->entry.nr != SYS_execve &&
	       (names_it(pid, args[0]) || names_it(pid, args[1]));
}

/* Of the target. */
static bool is_traced(void)
{
	char path[32], line[128];
	int tracer = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", target);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f) && sscanf(line, "TracerPid: %d", &tracer) != 1)
		continue;
	if (f)
		fclose(f);
	return tracer;
}

/* What is traced keeps its number until its tracer has heard of its end, and then we hear of it. */
static void await_end(bool traced)
{
	if (!traced && waitpid(target, NULL, 0) == target)
		start(heir, target);
}

static void look(pid_t pid, const struct __ptrace_syscall_info *info)
{
	char text[64] = "";
	bool traced;

	if (info->entry.nr == SYS_write && info->entry.args[0] == 2 &&
	    read_at(pid, info->entry.args[1], text, sizeof(text) - 1) &&
	    strstr(text, "profiling process"))
		begun = true;
	if (begun || held || !is_by_number(pid, info))
		return;
	has_hold |=
		info->entry.nr == SYS_pidfd_open; /* whoever had the number before, is not meant */
	if (!has_hold || --left)
		return;
	held = true;
	if (getenv("REUSED_SAYS")) {
		read_at(pid, info->entry.args[1], text, sizeof(text) - 1);
		fprintf(stderr, "held at call %llu, %llx %.60s\n",
			(unsigned long long)info->entry.nr, (unsigned long long)info->entry.args[0],
			text);
	}
	traced = is_traced();
	kill(target, SIGKILL);
	await_end(traced);
}

/* A second interpreter is to be entered by bpfprof, so nobody else may trace it. */
static bool leaves(const struct __ptrace_syscall_info *info)
{
	return info->entry.nr == SYS_setns;
}

static void step(pid_t pid, int status)
{
	struct __ptrace_syscall_info info;
	int sig = WSTOPSIG(status);

	if (sig == (SIGTRAP | 0x80) &&
	    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0 &&
	    info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		look(pid, &info);
		if (leaves(&info)) {
			ptrace(PTRACE_DETACH, pid, 0, 0);
			return;
		}
	}
	if (sig == (SIGTRAP | 0x80) || status >> 16 || sig == SIGSTOP)
		sig = 0;
	ptrace(PTRACE_SYSCALL, pid, 0, sig);
}

/* Bpfprof's status. */
static int follow(pid_t tool)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			step(pid, status);
		else if (pid == target && held)
			start(heir, target);
		else if (pid == tool)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return -1;
}

static char **next(char **argv)
{
	while (strcmp(*argv, "--"))
		argv++;
	*argv = NULL;
	return argv + 1;
}

int main(int argc, char **argv)
{
	char number[16], *tool_argv[32], **of_tool;
	int status, n = 0;
	pid_t tool;

	if (argc < 7)
		return 2;
	left = atol(argv[1]);
	heir = next(argv + 2);
	of_tool = next(heir);
	target = start(argv + 2, 0);
	snprintf(number, sizeof(number), "%d", target);
	while (n < 28 && *of_tool)
		tool_argv[n++] = *of_tool++;
	tool_argv[n++] = "-p";
	tool_argv[n++] = number;
	tool_argv[n] = NULL;
	tool = fork();
	if (!tool) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execv(tool_argv[0], tool_argv);
		_exit(127);
	}
	waitpid(tool, &status, 0);
	ptrace(PTRACE_SETOPTIONS, tool, 0, OPTIONS);
	ptrace(PTRACE_SYSCALL, tool, 0, 0);
	status = follow(tool);
	printf("%d %s %d\n", status, held ? "held" : "unheld", target);
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	kill(target, SIGKILL);
	return 0;
}
