/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The function that 3.13 calls to have a loop compiled. Its interpreter has no instruction that
 * leaves the JIT out, so while we look on the function returns at once: nothing was compiled. Reads
 * the file and /proc/PID; touches no process.
 */
#ifndef BPFPROF_OPTIMIZER_H
#define BPFPROF_OPTIMIZER_H

#include <stdint.h>

#include "arch/insn.h"
#include "cpython/interp.h"

struct optimizer_entry {
	uint64_t addr; /* of the function, in the process; in the file
			* without one; 0: this interpreter needs none */
	unsigned char
		bytes[INSN_RETURN_0_BYTES]; /* what it begins with when nobody has changed it */
	unsigned char found[INSN_RETURN_0_BYTES]; /* what it began with when it was looked at */
};

/* 0, or -errno with *why (static text, one line): -ENOENT where the function is missing, is not
 * certain to be called, or was changed in memory by somebody else. Thread-safe. */
int optimizer_entry__find(struct optimizer_entry *t, const struct interp *in, const char **why);

#endif
