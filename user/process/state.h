/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What /proc says of a process as such: whether it is one, what it runs, and whether it runs. */
#ifndef BPFPROF_STATE_H
#define BPFPROF_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_state {
	char letter; /* 'R', 'S', 'T' ... as ps has it */
	pid_t tgid;  /* the process that it is a thread of; itself: it is the process */
	bool kernel; /* a thread of the kernel */
	bool exits;  /* it is on its way to its end, and runs no code of its own any more */
	pid_t parent;
	uint64_t start; /* when it began, as the kernel counts; a number used again has another */
	uint64_t cpu;	/* clock ticks (sysconf) of CPU time, all threads together */
};

/* 0, or -errno: -ENOENT where there is no such process. */
int process_state__read(struct process_state *s, pid_t pid);

/* Whether a thread, or a process by its leader, has ended: it is gone, or a zombie. An exited
 * leader stays as one while other threads run. */
bool process__has_ended(pid_t tid);

/* A descriptor of a process, which is no thread, whoever has its number later; or -errno. */
int process__open(pid_t pid);
/* Whether that one has ended, though a parent may not have taken notice yet. If not, what was asked
 * by its number meanwhile was asked of it. */
bool process__is_over(int pidfd);

/* What is said of one that was over before all was asked. */
#define PROCESS_LEFT "it has ended, and its number may be another's by now; start it again"

/* Whether it has ended, or is about to: what fails with it then is no failure. */
bool process__is_ending(pid_t pid);

/* The name of a thread of it, or of itself, as it is; "": there is none. To be freed. */
char *process__name(pid_t pid, pid_t tid);

/* Its arguments joined by blanks, up to 4 KiB of them, as they are; to be freed. */
char *process__command(pid_t pid);

/*
 * Why nothing can be done with a process by that number, and what to do, as one text to be freed:
 * there is none, it is a thread, it has ended, it is the kernel's, we may not look at it, or, where
 * it is all right as a process, that it runs something that is not `wanted` ("no Python").
 */
char *process__why_not(pid_t pid, const char *wanted);

#endif
