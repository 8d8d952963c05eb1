/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What of a profile a format has room for. */
#ifndef BPFPROF_CARRIES_H
#define BPFPROF_CARRIES_H

#include "model/profile.h"

enum {
	CARRIES_FUNCTIONS = 1 << 0,
	CARRIES_EDGES = 1 << 1,
	CARRIES_CLOCKS = 1 << 2,
	CARRIES_THREADS = 1 << 3,
	CARRIES_BLOCKS = 1 << 4,
	CARRIES_LOSSES = 1 << 5,
	CARRIES_NOTES = 1 << 6,
	CARRIES_ERRORS = 1 << 7,
	CARRIES_PATHS = 1 << 8, /* and so functions and edges too */
	CARRIES_EVENTS = 1 << 9,
	CARRIES_IO = 1 << 10,
	CARRIES_COROUTINES = 1 << 11,
	CARRIES_OPEN = 1 << 13,	  /* what was open before it was seen */
	CARRIES_STRIPS = 1 << 12, /* never said to be left out: then it is not asked for */
};

/* Of what p has, that which is not among the CARRIES_ bits, as "threads, blocks"; to be freed.
 * NULL: all of it is. Losses are not among them: each is to be told. */
char *profile__left_out(const struct profile *p, unsigned int carries);

#endif
