/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One measurement that grows longer, and so better, with the run. */
#include "base/tsc.h"

#include <time.h>

struct moment {
	uint64_t tsc, ns;
};

static struct moment moment_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (struct moment){tsc__now(), ts.tv_sec * 1000000000ull + ts.tv_nsec};
}

uint64_t tsc__per_second(void)
{
	static struct moment first;
	struct moment now;

	if (!first.ns) {
		const struct timespec wait = {.tv_nsec = 20000000};

		first = moment_now();
		nanosleep(&wait, 0);
	}
	now = moment_now();
	return (uint64_t)((double)(now.tsc - first.tsc) * 1e9 / (double)(now.ns - first.ns));
}
