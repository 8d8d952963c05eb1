/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who held the GIL while others waited for it: as a line, as JSON and back. */
#ifndef BPFPROF_HELD_H
#define BPFPROF_HELD_H

#include <jansson.h>
#include <stdio.h>

#include "model/profile.h"

/* Whether p knows of anybody who held it, so that there is a line to print. */
bool held__is_known(const struct profile *p);
/* Prints that line: the functions that held it longest. */
void held__print(const struct profile *p, FILE *out);

/* An object, for the caller to free; NULL where nobody waited for the GIL. */
json_t *held__json(const struct profile *p);
/* Into p, whose threads are there. 0, or -1 where it is not as it should be. */
int held__load(struct profile *p, const json_t *gil);

#endif
