/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Time not on a CPU, and its reasons. */
#include <stddef.h>
#include <stdlib.h>

#include "model/fold.h"

const char *const prof_reason_names[] = {
#define ACC_REASON(ID, name, what) #name,
#include "bpfprof/reasons.def"
	NULL,
};

static void settle_positive(struct prof_away *away)
{
	for (int r = 0; r < PROF_REASONS; r++)
		away->reason_ns[r] *= away->reason_ns[r] > 0;
	prof_away__settle(away);
}

static void settle_both(struct prof_stat *st)
{
	settle_positive(&st->own_away);
	settle_positive(&st->cum_away);
}

void profile__settle_aways(struct profile *p)
{
	for (size_t i = 0; i < p->nfuncs; i++)
		settle_both(&p->funcs[i].stat);
	for (size_t i = 0; i < p->nedges; i++)
		settle_both(&p->edges[i].stat);
	for (size_t i = 0; i < p->nthreads; i++)
		settle_positive(&p->threads[i].away);
}

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
