/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The beginning of PyTraceBack_Here, which CPython calls for each frame that an exception reaches:
 * where it can be led elsewhere. Reads the file and /proc/PID; touches no process.
 */
#ifndef BPFPROF_TRACEBACK_H
#define BPFPROF_TRACEBACK_H

#include <stdint.h>

#include "cpython/interp.h"

struct traceback_entry {
	uint64_t addr;		 /* of the function, in the process; in the file without one */
	uint8_t size;		 /* of bytes: whole instructions, at least INSN_JUMP_BYTES */
	unsigned char bytes[24]; /* what the function begins with when nobody has changed it; they
				  * do the same at any other address */
	unsigned char found[24]; /* what it began with when it was looked at */
	bool hooked;		 /* a jump into pages of a bpfprof stands there now */
};

/* 0, or -errno with *why (static text, one line): -ENOENT where the function is missing, cannot be
 * moved, or was changed in memory by somebody else. Thread-safe. */
int traceback_entry__find(struct traceback_entry *t, const struct interp *in, const char **why);

#endif
