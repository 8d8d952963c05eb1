/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A forked child that outlives us. */
#include "process/detached.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

#define OUT_OF_MEMORY 0xff

/* A process may stand still until the work is done: on a busy machine that is to be soon. Without
 * the rights it takes its turn like everybody. */
static void hurry(void)
{
	const struct sched_param least = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &least);
}

int detached__run(int (*work)(void *arg), void *arg)
{
	sigset_t all, old;
	int status;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = fork();
	if (!pid) {
		setsid();
		mem__end_silently(OUT_OF_MEMORY);
		hurry();
		_exit(work(arg) & 0xff);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	sigprocmask(SIG_SETMASK, &old, 0);
	return pid > 0 && WIFEXITED(status) ? (signed char)WEXITSTATUS(status) : -1;
}
