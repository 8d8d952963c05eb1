/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Processes and all that they start, under ptrace from birth on: each stands still before its first
 * instruction, and again where it has become another program, until it has been looked at. Between
 * those moments it runs as if nobody watched: its signals reach it, a stop by SIGSTOP lasts, and
 * when this process ends, it runs on. To be used by one thread, which blocks SIGCHLD.
 */
#ifndef BPFPROF_FAMILY_H
#define BPFPROF_FAMILY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/inject.h"

struct family;

/* What is made of them. */
struct family_eyes {
	void *of;
	/* pid is there: forked just now, a copy of its parent that stands still and has memory of
	 * its own; or one that ran before. */
	void (*found)(void *of, pid_t pid);
	/* pid stands still and has become another program (execed), or has mapped code. The address
	 * that it is to be run to, 0: none; *again: to be asked after each mapping of code. */
	uint64_t (*becomes)(void *of, pid_t pid, bool execed, bool *again);
	/* It cannot be run to there, for that reason (-errno). */
	void (*missed)(void *of, pid_t pid, int error);
	/* Its thread tid stands at that address, with nothing there run. */
	void (*arrived)(void *of, pid_t pid, pid_t tid);
	/* It has ended, with that status of waitpid. */
	void (*ended)(void *of, pid_t pid, int status);
	/* It was born, and is let go before anybody looked at it. */
	void (*late)(void *of, pid_t pid);
};

/* A family of nobody yet; *eyes is copied. */
struct family *family__new(const struct family_eyes *eyes);

/* Takes in a process that runs, and its children and theirs. 0 or -errno. */
int family__take(struct family *f, pid_t pid);

/* Takes in a process that this thread traces already, and that stands where an exec ends. 0 or
 * -errno. */
int family__adopt(struct family *f, pid_t pid);

/* Does what is due, up to one process that is to be looked at; to be called at each SIGCHLD. */
void family__step(struct family *f);

/* Whether there may be more to do, of which no signal tells. */
bool family__is_behind(const struct family *f);

/* Whether all of them have ended. */
bool family__is_over(const struct family *f);

/* Whether pid has become another program, which nobody has looked at: becomes() is still to be
 * asked of it. */
bool family__has_become(const struct family *f, pid_t pid);

/* How to have its processes stand still meanwhile. */
struct holder family__holder(struct family *f);

/* Lets all go, which run untraced then. Accepts NULL. */
void family__free(struct family *f);

#endif
