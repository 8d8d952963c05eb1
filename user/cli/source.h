/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines of a function, as its file has them now. */
#ifndef BPFPROF_SOURCE_H
#define BPFPROF_SOURCE_H

#include "model/profile.h"

/*
 * To be freed; NULL where they cannot be read, or are not those of the function any more. A profile
 * may name any file: only .py files are read, by root only those that everyone may read.
 */
char *source__of(const struct prof_func *f);

#endif
