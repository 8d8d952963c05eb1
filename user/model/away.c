/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Time not on a CPU, and its reasons. */
#include <stddef.h>
#include <stdlib.h>

#include "model/profile.h"

const char *const prof_reason_names[] = {
#define ACC_REASON(ID, name, what) #name,
#include "bpfprof/reasons.def"
	NULL,
};

int64_t prof_away__settle(struct prof_away *away)
{
	int64_t blocked = prof_ns(away->off_ns) - prof_ns(away->wait_ns), missing = blocked;

	for (int r = 0; r < PROF_REASONS; r++)
		missing = prof_ns(missing - prof_ns(away->reason_ns[r]));
	if (missing > 0)
		away->reason_ns[PROF_REASON_OTHER] =
			prof_ns(prof_ns(away->reason_ns[PROF_REASON_OTHER]) + missing);
	for (int64_t r = 0, over = -missing; r < PROF_REASONS && over > 0; r++) {
		int64_t ns = away->reason_ns[r], less = ns < over ? ns : over;

		if (less <= 0)
			continue;
		away->reason_ns[r] -= less;
		over -= less;
	}
	return labs(missing);
}
