/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One measurement that grows longer, and so better, with the run. */
#include "base/ticks.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "arch/x86_64/cpu.h"

#define SPAN_NS 20000000 /* the ratio is no worse than 1 in a million then */
#define TRIES	8	 /* readings of both clocks, of which the tightest is taken */

struct moment {
	uint64_t tsc, ns;
	uint64_t slack; /* ns may be off by so much */
};

uint64_t monotonic__ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static struct moment moment_now(void)
{
	struct moment best = {.slack = UINT64_MAX};

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = monotonic__ns(), tsc = cpu__ticks();
		uint64_t slack = (monotonic__ns() - before) / 2 + 1;

		if (slack < best.slack)
			best = (struct moment){tsc, before + slack - 1, slack};
	}
	return best;
}

static bool kernel_trusts_tsc(void)
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

bool ticks__are_tsc(void)
{
	static enum { UNKNOWN, YES, NO } trusted;

	if (trusted == UNKNOWN)
		trusted = kernel_trusts_tsc() ? YES : NO;
	return trusted == YES;
}

uint64_t ticks__now(void)
{
	return ticks__are_tsc() ? cpu__ticks() : monotonic__ns();
}

static struct moment first;

void ticks__start(void)
{
	if (ticks__are_tsc() && !first.ns)
		first = moment_now();
}

/* Sleeps until the first moment is long enough gone by. */
static void wait_for_span(void)
{
	uint64_t gone = monotonic__ns() - first.ns;
	const struct timespec wait = {.tv_nsec = gone < SPAN_NS ? SPAN_NS - (long)gone : 0};

	if (gone < SPAN_NS)
		nanosleep(&wait, NULL);
}

struct ticks_clock ticks__clock(void)
{
	struct moment now;
	double span;

	if (!ticks__are_tsc()) {
		uint64_t ns = monotonic__ns();

		return (struct ticks_clock){ns, ns, 1, 0};
	}
	ticks__start();
	wait_for_span();
	now = moment_now();
	span = (double)(now.ns - first.ns);
	return (struct ticks_clock){now.tsc, now.ns, span / (double)(now.tsc - first.tsc),
				    (double)(first.slack + now.slack) / span};
}
