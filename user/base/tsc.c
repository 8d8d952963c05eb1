/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One measurement that grows longer, and so better, with the run. */
#include "base/tsc.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

struct moment {
	uint64_t tsc, ns;
};

uint64_t monotonic__ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static struct moment moment_now(void)
{
	return (struct moment){tsc__now(), monotonic__ns()};
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

bool tsc__is_trusted(void)
{
	/* what the watchdog finds unstable is taken off this list */
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/available_clocksource", "re");
	char word[32];
	bool found = false;

	while (f && !found && fscanf(f, "%31s", word) == 1)
		found = !strcmp(word, "tsc");
	if (f)
		fclose(f);
	return found;
}
