/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The line that is typed at the foot of the live screen. */
#ifndef BPFPROF_TOP_PROMPT_H
#define BPFPROF_TOP_PROMPT_H

#include "live/top_keys.h"

/* Shows that line for this purpose: empty, or with the filter that is in force. */
void prompt__begin(struct top_state *s, enum top_prompt what);
/* A key while it is typed: enter takes it, escape gives it up. */
enum top_effect prompt__key(struct top_model *m, struct top_state *s, uint32_t key);
/* Selects the next row, or the one before, that has what was searched for. */
void prompt__find(struct top_model *m, struct top_state *s, bool back);

#endif
