/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The time stamp counter where the kernel trusts it, else clock_gettime. */
#include "python/clock.h"

struct clock_line clock_line;

struct moment {
	uint64_t tsc, ns;
};

static struct moment opened;

/* The tightest of a few readings of both clocks, so that an interruption between them is seen. */
static struct moment moment_now(void)
{
	struct moment best = {0};
	uint64_t width = UINT64_MAX;

	for (int i = 0; i < 8; i++) {
		uint64_t before = cpu__ticks(), ns = monotonic__ns(), after = cpu__ticks();

		if (after - before >= width)
			continue;
		width = after - before;
		best = (struct moment){before + width / 2, ns};
	}
	return best;
}

static void line_through(struct moment now)
{
	clock_line.slope = (uint64_t)(((unsigned __int128)(now.ns - opened.ns) << 32) /
				      (now.tsc - opened.tsc));
}

void clock__open(void)
{
	struct moment now;

	if (clock_line.slope || !ticks__kernel_lists_tsc())
		return;
	opened = moment_now();
	do
		now = moment_now();
	while (now.ns - opened.ns < 1000000);
	line_through(now);
	clock_line.ns = now.ns;
	clock_line.tsc = now.tsc;
}

void clock__refine(void)
{
	struct moment now;
	uint64_t ns, tsc;

	if (!clock_line.slope)
		return;
	now = moment_now();
	tsc = cpu__ticks();
	ns = clock_line.ns +
	     (uint64_t)(((unsigned __int128)(tsc - clock_line.tsc) * clock_line.slope) >> 32);
	line_through(now);
	clock_line.ns = ns;
	clock_line.tsc = tsc;
}
