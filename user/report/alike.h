/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether profiles hold the same of their runs, so that they can be compared. */
#ifndef BPFPROF_ALIKE_H
#define BPFPROF_ALIKE_H

#include "model/profile.h"

/* What has to be done before. */
struct alike {
	bool fold_c;	  /* C functions have rows in some, and their callers' time in others */
	bool common_only; /* some are parts, of which nobody knows what was left out */
};

struct alike_files {
	const char *const *names;
	struct profile *const *v;
	size_t n;
};

/* Says each thing that is to be done in one line. 0, or -1 after err(): it would not do. folds:
 * what some have folded is to be folded in all. */
int alike__of(struct alike *to, const struct alike_files *files, bool folds);

/* As it is to be compared: p, or a copy in its place. */
struct profile *alike__make(const struct alike *by, struct profile *p);

/* Whether functions of C have rows. */
bool alike__has_c(const struct profile *p);

#endif
