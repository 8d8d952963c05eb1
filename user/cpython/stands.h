/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a frame says how a generator or coroutine that runs in it begins, goes on and ends. */
#ifndef BPFPROF_STANDS_H
#define BPFPROF_STANDS_H

#include <stdbool.h>

#include <linux/types.h>

#include "bpfprof/abi.h"
#include "cpython/interp.h"

/* Up to 3.10: by numbers alone. False: another version. */
bool stands__by_frame(struct acc_stands *to, uint16_t version);
/* Of versions whose probes fire. 0, or -errno with *why (static text, one line). */
int stands__at_probes(struct acc_stands *to, const struct interp *in, const char **why);

#endif
