/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose tasks coroutines awaited. What they await of coroutines as such is a call, and so in the
 * edges and paths. Part of profile.h. */
#ifndef BPFPROF_MODEL_AWAITS_H
#define BPFPROF_MODEL_AWAITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum prof_await_in {
	PROF_AWAIT_TASK,   /* as such */
	PROF_AWAIT_GATHER, /* together with others (asyncio.gather, asyncio.wait, a TaskGroup) */
	PROF_AWAITS
};

/* The words for them, in their order; NULL at the end. */
extern const char *const prof_awaits[];

/* One function whose tasks another's coroutines awaited: unique by the first four. */
struct prof_await {
	uint32_t path; /* of the one that awaited, an index into paths; PROF_NONE: not known */
	uint32_t func; /* that awaited, */
	uint32_t task; /* and whose tasks: indices into funcs */
	enum prof_await_in in;
	uint64_t tasks; /* how many, whether or not they were done */
	int64_t ns; /* it was suspended in them; of those that it awaits together each has all */
};

struct prof_await_rows {
	struct prof_await *v;
	size_t n;
	struct buckets *index; /* private: finds them */
};

struct profile;

/* The row of like's first four; NULL: there is none. */
struct prof_await *profile__find_await(const struct profile *p, const struct prof_await *like);
/* The same, added with no figures if it is new; valid until the next call. */
struct prof_await *profile__await(struct profile *p, const struct prof_await *like);

/* The figures of from added to its row. */
void profile__add_await(struct profile *p, const struct prof_await *from);

/* A row as another profile has it, whose functions are by one map and paths (or NULL: none) by the
 * other. False: a function of it is not in the map (PROF_NONE). */
bool prof_await__mapped(struct prof_await *a, const uint32_t *funcs, const uint32_t *paths);

/* As they are in another, with the same functions and paths; to has none yet. */
void profile__copy_awaits(struct profile *to, const struct profile *from);

/* Has none any more: what it had is the caller's to free. */
void profile__forget_awaits(struct profile *p);

/* Those of another profile added, by such maps. hidden: functions of its that have none; or NULL.
 */
void profile__add_awaits(struct profile *p, const struct profile *from, const uint32_t *funcs,
			 const uint32_t *paths, const bool *hidden);

#endif
