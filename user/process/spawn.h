/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Launching a command: held before its first Python function, then left to run as if nobody
 * watched. Its stdin, stdout, stderr and terminal are ours; signals sent to us go on to it.
 */
#ifndef BPFPROF_SPAWN_H
#define BPFPROF_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct family;

struct spawn {
	pid_t pid;
	int signal_fd; /* SIGCHLD and the signals to pass on */
	bool ended;
	bool ended_itself;  /* it has ended, though others of its family may not have */
	bool waits;	    /* it counts as ended only when all of its family have */
	int status;	    /* of waitpid, once either */
	pid_t at_evaluator; /* the thread stopped at its first Python function; 0: none yet */
	pid_t *threads;	    /* others of it that are traced */
	size_t nthreads;
	bool vforked, execed;  /* on the way to at_evaluator */
	struct family *family; /* that it is traced in, which tells of its end; NULL: none */
};

/* What a command is run to. */
struct spawn_goal {
	/* Asked of the stopped process after each exec (execed: this stop is one) and each mapping
	 * of code: whether it is what is waited for. */
	bool (*is_reached)(void *of, pid_t pid, bool execed);
	void *of;
	const char *never; /* what to say of a command that ended first, and what to do */
};

/*
 * Starts argv and follows its execs until the goal is reached; there it is left stopped. Returns 0;
 * -1 after one line of err(), where the command can't be run or ends first (sp->ended tells).
 */
int spawn__start(struct spawn *sp, char *const argv[], const struct spawn_goal *goal);

/* Runs the held process up to its first call of the evaluator, which is at that address:
 * at_evaluator is stopped there, with nothing of it run. 0; -1 where the program ended first
 * (ended, no line), or after one line. */
int spawn__to_evaluator(struct spawn *sp, uint64_t evaluator);

/* Lets the stopped process run, no longer traced. */
int spawn__release(struct spawn *sp);

/* Waits up to timeout_ms (-1: for ever), or until wake_fd (-1: none) is readable, for the program's
 * end, passing signals on; of a family until something has happened to it. Where only others of its
 * family are waited for, a signal ends that. Returns true once it has ended. */
bool spawn__wait(struct spawn *sp, int timeout_ms, int wake_fd);

void spawn__kill(struct spawn *sp); /* SIGKILL and reap, where it still runs */

/* Ends this process as the program ended: with its exit status, or by its signal. */
_Noreturn void spawn__exit_like(const struct spawn *sp);

#endif
