/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Processes that are not counted, and why each of them is not. */
#ifndef BPFPROF_UNCOUNTED_H
#define BPFPROF_UNCOUNTED_H

#include <stddef.h>
#include <sys/types.h>

struct profile;
struct uncounted_why;

struct uncounted {
	unsigned int n;
	struct uncounted_why *whys; /* in the order in which they came */
	size_t nwhys;
};

/* Counts one process more; takes why, NULL where it ended too soon to tell. */
void uncounted__add(struct uncounted *u, pid_t pid, char *why);
/* Each reason, and in parentheses the processes that it is told of; to be freed. */
char *uncounted__text(const struct uncounted *u);
/* "3 MANY: the text", where there are any. */
void uncounted__note(const struct uncounted *u, const char *one, const char *many,
		     struct profile *p);
void uncounted__free(struct uncounted *u);

#endif
