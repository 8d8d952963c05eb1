/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a run takes off its times: the constants that are kept, or such as are found on a sibling
 * before it counts. The sibling starts while the run makes its session.
 */
#ifndef BPFPROF_FINDING_H
#define BPFPROF_FINDING_H

#include "backend/capture.h"
#include "bias/sibling.h"
#include "bias/store.h"

struct finding {
	bool corrects;
	const struct prof_bias *known; /* where none is kept; NULL: to be found */
	struct constants kept;	       /* zero: none */
	struct sibling sibling;
};

/* Looks for kept constants of b on *in, and starts the sibling where there are too few and the plan
 * wants times corrected. Ended by finding__end. */
void finding__begin(struct finding *f, const struct backend *b, const struct interp *in,
		    const struct capture_plan *plan);

/* Sets c->bias, where c has a session. Times that contain the profiler's own are said to. */
void finding__end(struct finding *f, struct capture *c);

#endif
