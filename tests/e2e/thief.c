/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a hostile program does while root works on it: a process that shares its descriptors, but is
 * not one of its threads, puts a file that it may only read wherever a new descriptor appears. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST 40 /* descriptors below are the program's */

int thief__start(const char *victim, int all);

/* Fills the program's table up to FIRST, so that what comes next is known. all: takes whatever
 * comes; else only files of memory, which alone have seals. The thief's number. */
int thief__start(const char *victim, int all)
{
	int file = open(victim, O_RDONLY | O_CLOEXEC), fd;
	pid_t thief;

	while ((fd = dup(file)) >= 0 && fd < FIRST)
		continue;
	close(fd);
	thief = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (thief)
		return file < 0 ? -1 : thief;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		for (fd = FIRST; fd < FIRST + 3; fd++) {
			if (fcntl(fd, all ? F_GETFD : F_GET_SEALS) >= 0)
				dup3(file, fd, O_CLOEXEC);
		}
	}
}
