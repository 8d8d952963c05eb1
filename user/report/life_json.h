/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lives of coroutines, as members of a row of JSON. */
#ifndef BPFPROF_LIFE_JSON_H
#define BPFPROF_LIFE_JSON_H

#include <jansson.h>

#include "model/profile.h"

/* COUNT(name, field) and TIME(name, field) for each member: its name, and where it is in a struct
 * prof_life, an integer of 64 bits. */
#define LIFE_MEMBERS(COUNT, TIME)                                                                  \
	COUNT("coroutines_begun", begun)                                                           \
	COUNT("coroutines_ended", ended)                                                           \
	COUNT("coroutines_raised", raised)                                                         \
	COUNT("coroutines_late", late)                                                             \
	COUNT("coroutines_unseen", unseen)                                                         \
	TIME("elapsed_ns", elapsed_ns)                                                             \
	TIME("running_ns", running_ns)                                                             \
	TIME("awaiting_ns", awaiting_ns)

void life_json__set(json_t *row, const struct prof_life *life);

/* Fills in *life. A row without them has none. 0, or -1 where they cannot be. */
int life_json__load(struct prof_life *life, const json_t *row);

#endif
