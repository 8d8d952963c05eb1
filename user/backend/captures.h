/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The captures of a run: one for each process, and for each program that it becomes. What those
 * that have ended have counted is kept. Not thread-safe.
 */
#ifndef BPFPROF_CAPTURES_H
#define BPFPROF_CAPTURES_H

#include "backend/capture.h"

struct captures;
struct spawn;

/* None yet; plan has to outlive it. */
struct captures *captures__new(const struct capture_plan *plan);
void captures__free(struct captures *cs);

/* Begins to count the process of *in, whose members it takes; spawn is as for capture__begin. 0, or
 * -1 after a line of each backend that failed. */
int captures__add(struct captures *cs, struct interp *in, struct spawn *spawn);

/* One of several that cannot be counted, and why, which is taken (NULL: it ended); a note says so.
 * Or, where there is none that can be, one line of all those: -1. */
void captures__pass_over(struct captures *cs, pid_t pid, char *why);
int captures__say_passed_over(const struct captures *cs);

/* From now on all that these processes start are counted too: those of a process that runs, with
 * all that it has started already; or those of a command that stands where its exec has ended. 0,
 * or -1 after one line. */
int captures__follow(struct captures *cs, pid_t pid);
int captures__follow_launched(struct captures *cs, struct spawn *spawn);

/* All processes that were named are counted: what is told of several begins now, for all of them at
 * the same moment, which captures__together_ns tells later (0: of one). */
void captures__begin_together(struct captures *cs);
uint64_t captures__together_ns(const struct captures *cs);

/* Those of the processes that are followed. To be called at each SIGCHLD; beats and looks
 * do themselves. It may be behind then: beats and looks are due at once. */
void captures__step(struct captures *cs);
bool captures__are_behind(const struct captures *cs);

/* What is known of the first; false: there was none yet. Nothing is to be freed. */
bool captures__target(const struct captures *cs, struct prof_target *t);
/* The command line of a process of theirs, as process__command has it; "" where it has ended. */
char *captures__command(const struct captures *cs, pid_t pid);

/* What capture.h has for one, for all of them. False: there is none any more, nor will be. */
int captures__fd(const struct captures *cs);
bool captures__beat(struct captures *cs);
/* How soon captures__look is due, in ms; at most CAPTURE_BEAT_MS. */
int captures__look_ms(const struct captures *cs);
bool captures__look(struct captures *cs);
/* How many calls were counted so far, and how many events lost. */
void captures__count(const struct captures *cs, uint64_t *calls, uint64_t *lost);
/* As capture__snapshot and capture__end, the processes that have ended included. */
void captures__snapshot(struct captures *cs, struct profile *p);
/* The next one's strips are the last that begin where they did. */
void captures__turn_strips(const struct captures *cs);
int captures__end(struct captures *cs, struct profile *p);

#endif
