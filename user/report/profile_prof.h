/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading a .prof: what cProfile, pstats' dump_stats and report "prof" write, of any version of
 * Python 3. */
#ifndef BPFPROF_PROFILE_PROF_H
#define BPFPROF_PROFILE_PROF_H

#include "model/profile.h"

/* Whether the bytes begin as a .prof does: with a dictionary of marshal. */
bool profile_prof__knows(const char *bytes, size_t size);

/* The profile in these bytes, for the caller to free; name is what messages call them. NULL after
 * one line of err(): truncated, foreign, or a figure out of range. */
struct profile *profile_prof__parse(const char *name, const char *bytes, size_t size);

#endif
