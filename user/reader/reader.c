/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two clocks of the tables, and the two ways to read them. */
#include "reader/reader.h"

#include <string.h>

#include "base/ticks.h"
#include "model/order.h"
#include "reader/parts.h"
#include "reader/snapshot.h"

void reader__set_rate(struct reader *r)
{
	const double one = 1u << ACC_SCALE_BITS;
	struct acc_ctl *ctl = r->live.ctl;
	struct ticks_clock c;

	if (!r->inlined)
		return;
	c = ticks__clock();
	ctl->rates[!(ctl->rate & 1)] = (struct acc_rate){
		.ns = c.now_ns,
		.tick = c.now,
		.ticks_mult = (__u64)(one / c.ns_per_tick),
		.ns_mult = (__u64)(one * c.ns_per_tick),
	};
	__atomic_store_n(&ctl->rate, !(ctl->rate & 1), __ATOMIC_RELEASE);
}

/* The clock of the tables: the stub's where that accounts. */
static struct ticks_clock clock_of(const struct reader *r)
{
	struct ticks_clock c = {.now_ns = monotonic__ns(), .ns_per_tick = 1};

	if (r->inlined)
		return ticks__clock();
	c.now = c.now_ns;
	return c;
}

struct prof_pace reader__lap(struct reader *r)
{
	struct ticks_clock clock = clock_of(r);
	struct prof_pace pace = tables__pace(&r->live, &clock);
	struct acc_ctl *ctl = r->live.ctl;

	memset(&ctl->entries, 0, sizeof(ctl->entries));
	memset(&ctl->returns, 0, sizeof(ctl->returns));
	return pace;
}

void reader__peek(const struct reader *r, struct profile *p)
{
	struct ticks_clock clock = clock_of(r);

	tables__to_profile(&r->live, NULL, p, &clock);
}

/* Back to the moment ns; 0: not at all. */
static struct ticks_clock clock_at(struct ticks_clock c, uint64_t ns)
{
	if (!ns || ns > c.now_ns)
		return c;
	c.now -= (uint64_t)((double)(c.now_ns - ns) / c.ns_per_tick);
	c.now_ns = ns;
	return c;
}

/* Adds what is in tables that nobody writes any more to p. */
static void read_out(const struct reader *r, struct tables *t, struct profile *p,
		     const struct ticks_clock *clock)
{
	tables__to_profile(t, &r->known, p, clock);
	profile__order_read(p);
	p->target.clock_error = clock->error;
}

/* The first copy takes tens of milliseconds, for all its memory is new; the next less than one. */
static void warm(struct reader *r)
{
	snapshot__alloc(&r->copy, &r->live.size);
	snapshot__figures(&r->live, &r->known, &r->copy);
	snapshot__stacks(&r->live, &r->copy, UINT64_MAX);
	snapshot__strips(&r->live, &r->copy);
}

/* Calls that have ended are those of before the clock is read, and frames are open until then: so
 * no call counts for longer than it took, whatever holds us up in between. */
void reader__snapshot(struct reader *r, struct profile *p)
{
	struct ticks_clock clock;
	uint64_t turned_ns;

	if (!r->copy.ctl)
		warm(r);
	snapshot__figures(&r->live, &r->known, &r->copy);
	turned_ns = r->strips_turn ? strips__turn(&r->live) : 0;
	r->strips_turn = false;
	clock = clock_at(clock_of(r), turned_ns);
	lives__add_gone(&r->live, &r->yields, r->pid, r->copy.lives);
	snapshot__stacks(&r->live, &r->copy, clock.now);
	snapshot__strips(&r->live, &r->copy);
	p->target.duration_ns = clock.now_ns - p->target.start_ns;
	known_codes__add(&r->known, &r->copy);
	if (r->inlined)
		tables__name_threads(&r->copy, r->pid);
	tables__close_frames(&r->copy, &clock);
	threads__agree(&r->copy);
	read_out(r, &r->copy, p, &clock);
}

static bool has_open(const struct tables *t)
{
	for (uint32_t i = 1; i < t->size.threads; i++) {
		if (t->threads[i].top)
			return true;
	}
	return false;
}

/* What is open was counted until then, which may be later than anybody has noted so far. */
void reader__drain(struct reader *r, struct profile *p, uint64_t until_ns)
{
	struct ticks_clock clock;
	bool goes_on = has_open(&r->live);

	if (r->inlined)
		tables__name_threads(&r->live, r->pid);
	clock = clock_at(clock_of(r), until_ns); /* threads go on being away from their CPUs */
	tables__close_frames(&r->live, &clock);
	tables__lose_unsplit(&r->live);
	lives__add_gone(&r->live, &r->yields, r->pid, r->live.lives);
	read_out(r, &r->live, p, &clock);
	if (goes_on)
		p->target.duration_ns = clock.now_ns - p->target.start_ns;
}

void reader__forget(struct reader *r)
{
	known_codes__free(&r->known);
}

void reader__free(struct reader *r)
{
	snapshot__free(&r->copy);
	known_codes__free(&r->known);
}
