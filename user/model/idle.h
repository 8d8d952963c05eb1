/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rows of a run in whose span nothing happened. */
#ifndef BPFPROF_IDLE_H
#define BPFPROF_IDLE_H

#include "model/profile.h"

/* Neither calls nor time, nor the end of a coroutine. Cumulative time alone, where nothing was
 * open, is only what corrections of two moments differ by. */
bool prof_stat__is_idle(const struct prof_stat *st);
/* Whether a row, of these figures, had no part in what happened. */
bool profile__is_idle(const struct profile *p, enum prof_rows of, size_t i,
		      const struct prof_stat *st);

/* A copy without some functions and paths, by their indices, which no other row names. */
struct profile *profile__some(const struct profile *p, const bool *no_funcs, const bool *no_paths);
/* A copy without the functions and paths that are idle, and of which no other row tells. */
struct profile *profile__without_idle(const struct profile *p);

#endif
