/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the whole run came to, of a profile that functions were left out of. */
#ifndef BPFPROF_RUN_H
#define BPFPROF_RUN_H

#include "model/profile.h"

/* Calls and own times of all functions, and as cumulative ones those of the outermost paths: calls
 * that no table had room for are in no function's own time, but in the paths that they were made
 * on. Of a part it is that of the whole. */
struct prof_stat profile__run(const struct profile *p);

/* to is a part of from. */
void profile__keep_run(struct profile *to, const struct profile *from);

/* To be called before src's rows are added to those of dst. */
void profile__add_run(struct profile *dst, const struct profile *src);

#endif
