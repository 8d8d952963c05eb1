/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the completions of all shells share. */
#ifndef BPFPROF_COMPLETE_H
#define BPFPROF_COMPLETE_H

#include <stdio.h>

#include "cli/optrows.h"

/* The words that the option takes, with blanks between; NULL: any. To be freed. */
char *complete__words(const struct option_row *row);

/* Print the completion script of these shells; bash's is in complete.c. */
void complete__zsh(FILE *out);
void complete__fish(FILE *out);

#endif
