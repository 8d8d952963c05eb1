/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the rows of a table are called. */
#ifndef BPFPROF_LABELS_H
#define BPFPROF_LABELS_H

#include "model/profile.h"

/*
 * "file:line(name)" of each function of p, by its index, as pstats prints it, control characters
 * escaped. Functions of one name in one file differ by nothing but their line: these go by their
 * qualified names ("A.run", "B.run") where the interpreter has such. To be freed by labels__free.
 */
char **labels__of(const struct profile *p);
void labels__free(char **labels, const struct profile *p);

#endif
