/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading stored profiles back, whatever wrote them. A file may be anybody's: no content of it does
 * more than make the reading fail. */
#ifndef BPFPROF_LOAD_H
#define BPFPROF_LOAD_H

#include <stddef.h>

#include "model/profile.h"

/* The profile in the file at path, "-" being stdin: JSON of bpfprof, a stream of
 * it or a .prof of cProfile, told apart by how it begins. NULL after one line of err(). */
struct profile *profile__load(const char *path);

/* The same of bytes in memory; name is what messages call them. */
struct profile *profile__parse(const char *name, const char *bytes, size_t size);

#define LOAD_MOST (1ul << 30) /* bytes of a file, but of a stream: of its line */

#endif
