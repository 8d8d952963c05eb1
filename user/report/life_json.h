/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lives of coroutines, as members of a row of JSON. */
#ifndef BPFPROF_LIFE_JSON_H
#define BPFPROF_LIFE_JSON_H

#include <jansson.h>

#include "report/fields.h"

/* What its members are called there; each is an integer of 64 bits. */
#define LIFE_COUNT_NAME(name) "coroutines_" #name
#define LIFE_TIME_NAME(name)  #name "_ns"

/* Gives the members of *life to f, for the row that f writes to `to`. */
void life_json__tell(const struct prof_life *life, const struct fields *f, void *to);

/* Fills in *life. A row without them has none. 0, or -1 where they cannot be. */
int life_json__load(struct prof_life *life, const json_t *row);

#endif
