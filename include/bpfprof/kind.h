/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a call is a call of: said by the backend that sees it, and kept with its frame, its code and
 * its function in the profile. */
#ifndef BPFPROF_KIND_H
#define BPFPROF_KIND_H

/*
 * Identifier, and the word for it in JSON.
 * PYTHON: a function of Python, which has a frame of the interpreter's. C: a function written in C,
 * which has none. BLOCK: a block between markers, named by a description in the process.
 */
#define ACC_KINDS(X)                                                                               \
	X(PYTHON, "python")                                                                        \
	X(C, "c")                                                                                  \
	X(BLOCK, "block")

enum acc_kind {
#define X(id, word) ACC_KIND_##id,
	ACC_KINDS(X)
#undef X
		ACC_KIND_COUNT,
};

#endif
