/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a process can and cannot do any more under bpfprof's own filter. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "process/ownfilter.h"
#include "process/seccomp.h"

static void *say(void *arg)
{
	return arg;
}

static bool refused(long result)
{
	return result == -1 && errno == EPERM;
}

static void check_forbidden(void)
{
	char *const none[] = {NULL};

	CHECK(refused(syscall(SYS_execve, "/bin/true", none, none)));
	CHECK(refused(socket(AF_UNIX, SOCK_STREAM, 0)));
	CHECK(refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL)));
	CHECK(refused(syscall(SYS_bpf, 0, NULL, 0)));
	CHECK(refused(kill(getpid(), 0)));
	CHECK(refused(fork()));
	CHECK(refused(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)));
	CHECK(syscall(SYS_clone3, NULL, 0) == -1 && errno == ENOSYS);
	CHECK(syscall(SYS_getpid | 0x40000000) == -1 && errno == ENOSYS);
}

static void check_allowed(void)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC), it = 0;
	pthread_t thread;
	void *back = NULL;

	CHECK(fd >= 0 && !close(fd));
	CHECK(!pthread_create(&thread, NULL, say, &it) && !pthread_join(thread, &back));
	CHECK(back == &it);
	CHECK(seccomp__mode(getpid()) == 2);
}

TEST(read_only_work)
{
	own_filter__read_only_work();
	check_forbidden();
	check_allowed();
	_exit(0); /* the leak check would trace */
}
