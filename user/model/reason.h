/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why threads could not run. */
#ifndef BPFPROF_MODEL_REASON_H
#define BPFPROF_MODEL_REASON_H

enum prof_reason {
#define ACC_REASON(ID, name, what) PROF_REASON_##ID,
#include "bpfprof/reasons.def"
	PROF_REASONS
};

/* By enum prof_reason, and then NULL. */
extern const char *const prof_reason_names[];

#endif
