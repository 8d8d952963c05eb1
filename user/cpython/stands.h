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

/* How the frame of a generator that stands at a yield is told from one that is gone: by its code
 * object's flags, and by a byte before the frame that is between first and last while it is
 * suspended. */
struct stands_yield {
	uint32_t frame_code, code_flags; /* offsets */
	int32_t first, last;		 /* both 0: one that is closed runs, and so is seen */
};

struct stands_yield stands__at_yields(const struct interp *in);
/* Whether such a frame of a coroutine's is there, in the memory behind that descriptor. */
bool stands__yields(const struct stands_yield *y, int mem, uint64_t frame);

#endif
