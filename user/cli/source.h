/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines of functions, as their files have them now. Each file is read once. */
#ifndef BPFPROF_SOURCE_H
#define BPFPROF_SOURCE_H

#include "model/profile.h"

struct sources;

struct sources *sources__new(void);
void sources__free(struct sources *s);

/*
 * The lines of a function, with of a struct sources; to be freed. NULL where they cannot be read,
 * or are not those of the function any more. A profile may name any file: only .py files are read,
 * by root only those that everyone may read.
 */
char *sources__of(void *of, const struct prof_func *f);

#endif
