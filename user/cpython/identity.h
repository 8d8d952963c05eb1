/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a code object of a process that stands still will be known by when it is called next. */
#ifndef BPFPROF_IDENTITY_H
#define BPFPROF_IDENTITY_H

#include "cpython/live.h"

struct py_identity {
	uint64_t ident; /* see struct acc_call */
	uint64_t cheap; /* likewise; 0: none */
	uint32_t flags; /* co_flags */
};

enum py_identity_by {
	PY_BY_STUB,   /* by code of ours that counts there */
	PY_BY_MARKER, /* by such code, which tells a BPF program */
	PY_BY_PROBE,  /* by a BPF program at CPython's own probes */
};

/* False where the code object cannot be read. */
bool py_identity__of(struct py_live *live, uint64_t code, enum py_identity_by by,
		     struct py_identity *id);

/* Whether a code object of that file comes from none, so that its place may serve many in turn. */
bool py_identity__is_dynamic(const char *file);

#endif
