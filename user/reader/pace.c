/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How fast the machine did the profiler's work. */
#include <math.h>

#include "base/ticks.h"
#include "reader/parts.h"

#define QUICK 8 /* one in so many */

/* What the timed ones took, in ns; no more than any of them where there are few. */
static struct prof_pace pace_of(const struct acc_timed *t, const struct ticks_clock *clock)
{
	double sum = 0, ns = ACC_TIMED_STEP * clock->ns_per_tick;
	struct prof_pace pace = {0};
	uint64_t less = 0;
	__u32 i = 0;

	for (__u32 k = 0; k < ACC_TIMED_BUCKETS; k++) {
		pace.n += t->n[k];
		sum += (double)t->n[k] * (k + 0.5);
	}
	if (!pace.n)
		return pace;
	while (i < ACC_TIMED_BUCKETS - 1 && QUICK * (less + t->n[i]) < pace.n)
		less += t->n[i++];
	pace.mean_ns = sum / (double)pace.n * ns;
	pace.quick_ns = (i + ((double)pace.n / QUICK - (double)less) / fmax(t->n[i], 1)) * ns;
	return pace;
}

struct prof_pace tables__pace(const struct tables *t, const struct ticks_clock *clock)
{
	const struct acc_timed timed[] = {t->ctl->entries, t->ctl->returns};
	struct prof_pace in = pace_of(&timed[0], clock), out = pace_of(&timed[1], clock);

	return (struct prof_pace){in.n < out.n ? in.n : out.n, in.quick_ns + out.quick_ns,
				  in.mean_ns + out.mean_ns};
}
