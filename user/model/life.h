/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Coroutines that a function's calls began, from their first start to their end. Part of profile.h.
 */
#ifndef BPFPROF_MODEL_LIFE_H
#define BPFPROF_MODEL_LIFE_H

#include <stdbool.h>
#include <stdint.h>

struct prof_life {
	uint64_t begun;
	uint64_t ended;	      /* of these; the times are theirs */
	uint64_t raised;      /* of them, those that an exception left: raised, cancelled, closed */
	int64_t elapsed_ns;   /* between start and end */
	int64_t running_ns;   /* of it, on a thread's stack, with what was called; the rest
			       * suspended */
	int64_t awaiting_ns;  /* of the rest, in another coroutine */
	int64_t in_task_ns;   /* likewise, in a task, */
	int64_t in_gather_ns; /* in several (asyncio.gather), */
	int64_t in_future_ns; /* in another future, */
	int64_t in_sleep_ns;  /* of asyncio.sleep: in its timer, */
	int64_t in_executor_ns; /* in what a thread or process of an executor does */
	uint64_t late;		/* not of these: they had begun before they were seen, and ended */
	uint64_t unseen;	/* begun, and gone before they were seen to end */
};

/* Its members, in the order of reports: COUNT(name), and TIME(name) of name_ns. */
#define PROF_LIFE_MEMBERS(COUNT, TIME)                                                             \
	COUNT(begun)                                                                               \
	COUNT(ended)                                                                               \
	COUNT(raised)                                                                              \
	COUNT(late)                                                                                \
	COUNT(unseen)                                                                              \
	TIME(elapsed)                                                                              \
	TIME(running)                                                                              \
	TIME(awaiting)                                                                             \
	TIME(in_task)                                                                              \
	TIME(in_gather)                                                                            \
	TIME(in_future)                                                                            \
	TIME(in_sleep)                                                                             \
	TIME(in_executor)

/* How many have begun and not ended. */
uint64_t prof_life__open(const struct prof_life *life);
/* The time between start and end that none of it ran, in ns. */
int64_t prof_life__suspended(const struct prof_life *life);
/* Whether no coroutine was seen. */
bool prof_life__is_none(const struct prof_life *life);

#endif
