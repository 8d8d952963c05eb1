/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where code comes from, by the path of its file. */
#ifndef BPFPROF_ORIGIN_H
#define BPFPROF_ORIGIN_H

#include "model/profile.h"

/* Whether a function of p is the program's own, or one of its blocks. */
bool origin__is_mine(const struct profile *p, const struct prof_func *f);

/* Whether f is a function written in C. */
bool origin__is_c(const struct prof_func *f);

/* How many bytes of the paths of p's own files are the directory that all of them are below. */
size_t origin__root(const struct profile *p);

/* The path as it is best shown, below the directory of its origin or, of own files, the root; "(no
 * file)" of what has none. */
const char *origin__short(const char *file, size_t root);

/* The package, or the module that is in none, that a file belongs to; to be freed. */
char *origin__package(const char *file, size_t root);

#endif
