/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What stands in the way of entering a process.
 *   sandbox errno|kill COMMAND...   runs it under a seccomp filter that forbids socketpair
 *   sandbox allow COMMAND...        the same with one that allows everything
 *   sandbox trace PID               traces the process until stdin ends, says "ready"
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

static int forbid(unsigned int action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socketpair, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {sizeof(code) / sizeof(*code), code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

static unsigned int action(const char *how)
{
	if (!strcmp(how, "allow"))
		return SECCOMP_RET_ALLOW;
	return strcmp(how, "kill") ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_KILL_PROCESS;
}

int main(int argc, char **argv)
{
	char byte;

	if (argc < 3)
		return 1;
	if (!strcmp(argv[1], "trace")) {
		if (ptrace(PTRACE_SEIZE, atoi(argv[2]), 0, 0))
			return 1;
		puts("ready");
		fflush(stdout);
		return read(STDIN_FILENO, &byte, 1) < 0;
	}
	if (forbid(action(argv[1])))
		return 1;
	execvp(argv[2], argv + 2);
	return 1;
}
