/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Directories under which two sets of runs have the same files: two checkouts of a program, two
 * virtual environments. Pure. */
#ifndef BPFPROF_MOVES_H
#define BPFPROF_MOVES_H

#include "model/profile.h"

/* Paths of one side that the other has not, sorted by name and then by path. */
struct paths {
	char **v;
	size_t n;
};

struct moves {
	struct move {
		char *from, *to; /* each ends with a slash; "": of relative paths */
	} * v;			 /* in the order in which most files moved */
	size_t n;
	struct paths before, after;
};

/*
 * Of files that only one side has, those of one name vote for the directories above what the ends
 * of their paths share. The pair with most votes is a move, and so on with the files that it does
 * not explain, up to 16 moves. A name that more than 256 files of a side bear has no vote.
 */
struct moves moves__between(struct profile *const *before, size_t nbefore,
			    struct profile *const *after, size_t nafter);
void moves__free(struct moves *m);

/* Where a file of the side before is on the other, or would be, had it not gone; to be freed. A
 * profile_naming, of a struct moves. */
char *moves__apply(const void *moves, const char *file);

#endif
