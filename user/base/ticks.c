/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One measurement that grows longer, and so better, with the run. */
#include "base/ticks.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arch/cpu.h"

#define SPAN_NS	    20000000 /* the ratio is no worse than 1 in a million then */
#define TRIES	    8	     /* readings of both clocks, of which the tightest is taken */
#define DISAGREE_NS 1000     /* apart: the counters of two processors are not one */

struct moment {
	uint64_t tsc, ns;
	uint64_t slack; /* ns may be off by so much */
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

uint64_t monotonic__ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

uint64_t thread_cpu__ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
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

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/"

static bool names(const char *path, const char *clock)
{
	FILE *f = fopen(path, "re");
	char word[32];
	bool found = false;

	while (f && !found && fscanf(f, "%31s", word) == 1)
		found = !strcmp(word, clock);
	if (f)
		fclose(f);
	return found;
}

bool ticks__kernel_lists_tsc(void)
{
	/* what the watchdog finds unstable is taken off this list */
	return names(CLOCKSOURCE "available_clocksource", CPU_CLOCKSOURCE);
}

/* Ticks that a is after where the line through b and c has it. */
static double off_the_line(const struct moment *a, const struct moment *b, const struct moment *c)
{
	double rate = (double)(c->tsc - b->tsc) / (double)(c->ns - b->ns);
	double off = (double)(a->tsc - b->tsc) - rate * (double)(a->ns - b->ns);

	return (off < 0 ? -off : off) / rate;
}

static struct moment moment_on(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return (struct moment){0};
	return moment_now();
}

/* Whether the counter of another processor, where it may be visited, says the same at the same
 * moment. */
static bool agree(int home, int other)
{
	for (int i = 0; i < TRIES; i++) {
		struct moment b = moment_on(home), a = moment_on(other), c = moment_on(home);

		if (!a.ns || (b.ns < c.ns && off_the_line(&a, &b, &c) < DISAGREE_NS))
			return true;
	}
	return false;
}

static bool all_agree(void)
{
	long n = sysconf(_SC_NPROCESSORS_CONF);
	cpu_set_t mine;
	int home = sched_getcpu();
	bool good = home >= 0;

	if (sched_getaffinity(0, sizeof(mine), &mine))
		return false;
	for (int i = 0; i < n && i < CPU_SETSIZE && good; i++)
		good = i == home || agree(home, i);
	sched_setaffinity(0, sizeof(mine), &mine);
	return good;
}

/* KVM's clock is made from the counter, which a guest's kernel often does not list beside it. There
 * it is taken if it is steady and is seen to be the same on all processors. */
static bool virtual_tsc_is_sound(void)
{
	return names(CLOCKSOURCE "current_clocksource", "kvm-clock") && cpu__ticks_are_steady() &&
	       all_agree();
}

bool ticks__are_tsc(void)
{
	static enum { UNKNOWN, YES, NO } trusted;

	if (trusted == UNKNOWN)
		trusted = ticks__kernel_lists_tsc() || virtual_tsc_is_sound() ? YES : NO;
	return trusted == YES;
}

uint64_t ticks__now(void)
{
	return ticks__are_tsc() ? cpu__ticks() : monotonic__ns();
}

void ticks__moment(uint64_t *ticks, uint64_t *ns)
{
	const bool are_tsc = ticks__are_tsc();
	const struct moment now = moment_now();

	*ticks = are_tsc ? now.tsc : now.ns;
	*ns = now.ns;
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
