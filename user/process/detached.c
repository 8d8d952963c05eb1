/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A forked child that outlives us. */
#include "process/detached.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/priority.h"

#define OUT_OF_MEMORY 0xff

#define TRIES	   10
#define LET_RUN_NS 200000000 /* twice what a try keeps the process from running */

int detached__failed(int error)
{
	return error == -ETIMEDOUT ? DETACHED_STUCK : -1;
}

static int run_once(int (*work)(void *arg), void *arg)
{
	sigset_t all, old;
	struct priority before;
	int status;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = fork();
	if (!pid) {
		setsid();
		mem__end_silently(OUT_OF_MEMORY);
		priority__hurry(&before); /* the process may stand still until the work is done */
		_exit(work(arg) & 0xff);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	sigprocmask(SIG_SETMASK, &old, 0);
	return pid > 0 && WIFEXITED(status) ? (signed char)WEXITSTATUS(status) : -1;
}

int detached__run(int (*work)(void *arg), void *arg)
{
	const struct timespec t = {.tv_nsec = LET_RUN_NS};
	int result;

	for (int i = 0; (result = run_once(work, arg)) == DETACHED_STUCK && i < TRIES; i++)
		nanosleep(&t, NULL);
	return result;
}
