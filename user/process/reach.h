/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether code in some pages may still be come back to. */
#ifndef BPFPROF_REACH_H
#define BPFPROF_REACH_H

#include <stdbool.h>
#include <stdint.h>

struct inject;

/*
 * Whether a thread that stands still in *in runs in [from, to), is about to jump there, or will
 * return there: whether its registers, or the upper 64 KiB of its stack, hold an address of it.
 * Words that are left over from before count too, so that true may mean not. mem: the process's
 * memory, of procmem.h. For code that is called by nothing deeper in the stack than that.
 */
bool inject__may_reach(const struct inject *in, int mem, uint64_t from, uint64_t to);

#endif
