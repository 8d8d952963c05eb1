/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What keeps the stub alive: a thread that does nothing else, so that neither a long reading of the
 * tables nor a busy machine makes the process believe that bpfprof is gone.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/priority.h"
#include "base/thread.h"
#include "base/ticks.h"
#include "hook/parts.h"
#include "process/ownrights.h"
#include "process/procmem.h"

#define LIFE_S	 2	   /* the stub's without a beat */
#define BEAT_NS	 250000000 /* so that some may come late */
#define NICENESS (-10)	   /* it runs for microseconds, and must not wait for the others */

struct pulse {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
	struct hook *hook;
};

/* What the stub counted until its deadline, it has counted: it lapses only then. */
static void note_lapse(struct hook *f)
{
	const uint64_t now = monotonic__ns(),
		       before = __atomic_exchange_n(&f->extended_ns, now, __ATOMIC_RELAXED);

	if (before && now - before > LIFE_S * 1000000000ull)
		__atomic_store_n(&f->lapsed_ns, before + LIFE_S * 1000000000ull, __ATOMIC_RELAXED);
}

bool hook__extend(struct hook *f)
{
	struct ticks_clock clock = ticks__clock();
	uint64_t deadline = clock.now + (uint64_t)(LIFE_S * 1e9 / clock.ns_per_tick);

	note_lapse(f);
	return procmem__write(f->mem, f->base + STUB_STATE, &deadline, sizeof(deadline));
}

void hook__is_whole(struct hook *f)
{
	__atomic_store_n(&f->lapsed_ns, 0, __ATOMIC_RELAXED);
	f->whole_ns = monotonic__ns();
}

/* Since when calls may have gone by, whatever it was that let them. */
void hook__add_gap(struct hook *f, bool lapsed)
{
	const uint64_t now = monotonic__ns(),
		       since = __atomic_load_n(&f->lapsed_ns, __ATOMIC_RELAXED);

	if (lapsed)
		f->disarmed_ns += now - (since ? since : f->whole_ns);
	else
		f->gap_ns += now - f->whole_ns;
	hook__is_whole(f);
}

/* Waits for a beat's length. True: it is to end. */
static bool is_stopped(struct pulse *p)
{
	struct timespec at;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_nsec += BEAT_NS;
	at.tv_sec += at.tv_nsec / 1000000000;
	at.tv_nsec %= 1000000000;
	pthread_mutex_lock(&p->lock);
	while (!p->stopping && !pthread_cond_timedwait(&p->stop, &p->lock, &at))
		;
	stopping = p->stopping;
	pthread_mutex_unlock(&p->lock);
	return stopping;
}

static void *work(void *arg)
{
	struct pulse *p = arg;

	own_rights__lessen(true); /* it was started before the others gave up theirs */
	priority__be(NICENESS);
	while (!is_stopped(p))
		hook__extend(p->hook);
	return NULL;
}

static struct pulse *pulse_new(struct hook *f)
{
	struct pulse *p = xcalloc(1, sizeof(*p));
	pthread_condattr_t attr;

	p->hook = f;
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->stop, &attr);
	pthread_condattr_destroy(&attr);
	return p;
}

static void pulse_free(struct pulse *p)
{
	pthread_cond_destroy(&p->stop);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void hook__start_pulse(struct hook *f)
{
	struct pulse *p = f->pulse ? NULL : pulse_new(f);

	if (!p)
		return;
	if (thread__start(&p->thread, work, p))
		pulse_free(p); /* then hook__beat has to do */
	else
		f->pulse = p;
}

void hook__stop_pulse(struct hook *f)
{
	struct pulse *p = f->pulse;

	if (!p)
		return;
	f->pulse = NULL;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->stop);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pulse_free(p);
}
