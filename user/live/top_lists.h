/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The part of the live screen's model that is not about calls from function to function: threads
 * and what each of them calls, blocks, and what threads and blocks are put together by. */
#ifndef BPFPROF_TOP_LISTS_H
#define BPFPROF_TOP_LISTS_H

#include "live/top_state.h"

/* The next reading, whose functions are those of the model by funcs. */
void top_lists__feed(struct top_model *m, const struct profile *p, const uint32_t *funcs);
void top_lists__free(struct top_model *m);

/* Whether what that thread has called is known; why not, in one line: NULL. */
const char *top_lists__lack(const struct top_model *m, enum top_by by, uint32_t whose);
/* Whether a thread has a row of its own: not those that have ended, until all has. */
bool top_lists__is_shown(const struct top_model *m, const struct top_state *s, uint32_t thread);
/* Adds how many of the list have none. Takes text. */
char *top_lists__add_left_out(const struct top_model *m, const struct top_state *s, char *text);
/* Whether a thread is the one of that index, or in the group of that index. */
bool top_lists__is_in(const struct top_model *m, uint32_t thread, enum top_by by, uint32_t whose);

#endif
