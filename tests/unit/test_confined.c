/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a process can and cannot do any more under bpfprof's own filter. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
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

static void check_no_signal(void)
{
	CHECK(refused(syscall(SYS_tgkill, getppid(), getppid(), 0)));
	CHECK(!syscall(SYS_tgkill, getpid(), gettid(), 0));
	CHECK(refused(syscall(SYS_pidfd_send_signal, -1, 0, NULL, 0)));
	CHECK(refused(syscall(SYS_rt_sigqueueinfo, getpid(), 0, NULL)));
	CHECK(refused(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), 0, NULL)));
	CHECK(refused(ioctl(-1, TIOCSTI, "")));
	CHECK(ioctl(-1, TIOCGWINSZ, NULL) == -1 && errno == EBADF);
}

static void check_forbidden(void)
{
	char *const none[] = {NULL};

	CHECK(refused(syscall(SYS_execve, "/bin/true", none, none)));
	CHECK(refused(socket(AF_UNIX, SOCK_STREAM, 0)));
	CHECK(refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL)));
	CHECK(refused(syscall(SYS_bpf, 0, NULL, 0)));
	CHECK(refused(kill(getpid(), 0)));
	check_no_signal();
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
	own_filter__only(0);
	check_forbidden();
	check_allowed();
	_exit(0); /* the leak check would trace */
}

/* What errno a call ends with that is wrong in any case. */
static int error_of(long nr, long first)
{
	errno = 0;
	CHECK(syscall(nr, first, NULL, 0, 0, 0) == -1);
	return errno;
}

static void check_never(void)
{
	CHECK(refused(syscall(SYS_mount, NULL, NULL, NULL, 0, NULL)));
	CHECK(refused(syscall(SYS_finit_module, -1, "", 0)));
	CHECK(refused(syscall(SYS_open_by_handle_at, -1, NULL, 0)));
}

static void check_no_other_user(void)
{
	char *const none[] = {NULL};

	CHECK(refused(syscall(SYS_setuid, 1)) && refused(syscall(SYS_setns, -1, 0)));
	CHECK(refused(syscall(SYS_execve, "/bin/true", none, none)));
	CHECK(refused(socket(AF_UNIX, SOCK_STREAM, 0)));
}

static void check_may_measure(void)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0);
	CHECK(child > 0 && waitpid(child, &status, 0) == child && !status);
}

TEST(measuring_without_probes_to_come)
{
	const int lookup = error_of(SYS_bpf, 1);

	own_filter__only(OWN_COUNTS);
	check_never();
	check_no_other_user();
	check_may_measure();
	CHECK(refused(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)));
	CHECK(refused(syscall(SYS_bpf, 0, NULL, 0)) && refused(syscall(SYS_bpf, 5, NULL, 0)) &&
	      refused(syscall(SYS_bpf, 28, NULL, 0)));
	CHECK(error_of(SYS_bpf, 1) == lookup); /* a table may be read */
	_exit(0);
}

TEST(measuring_with_probes_to_come)
{
	const int load = error_of(SYS_bpf, 5);

	own_filter__only(OWN_PROBES);
	check_never();
	check_no_other_user();
	check_may_measure();
	CHECK(error_of(SYS_bpf, 5) == load);
	_exit(0);
}

TEST(stopping_a_process)
{
	own_filter__only(OWN_STOPS);
	check_never();
	check_no_other_user();
	check_may_measure();
	CHECK(refused(syscall(SYS_bpf, 0, NULL, 0)));
	CHECK(refused(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)));
	CHECK(refused(syscall(SYS_process_vm_writev, 0, NULL, 0, NULL, 0, 0)));
	_exit(0);
}

TEST(pushing)
{
	own_filter__only(OWN_PUSHES);
	check_never();
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
	CHECK(refused(fork()) && refused(syscall(SYS_bpf, 5, NULL, 0)));
	CHECK(refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL)));
	_exit(0);
}
