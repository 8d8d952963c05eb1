/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The timeline of the tables, into the profile. */
#include "base/mem.h"
#include "model/profile.h"
#include "reader/parts.h"

/* The call of that number; false: it has been written over, or is being written. */
static bool whole(const struct tables *t, __u64 number, struct acc_event *e)
{
	const struct acc_event *at = &t->timeline[(number - 1) % (t->size.timeline - 1) + 1];

	*e = *at;
	return ONCE(at->number) == number && e->number == number;
}

static uint32_t func_of_edge(const struct tables *t, const uint32_t *funcs, __u32 edge)
{
	return edge && edge < t->size.edges ? func__at(t, funcs, ONCE(t->edges[edge].func))
					    : PROF_NONE;
}

/* False: it is of no function or thread that is known. */
static bool add_event(const struct tables *t, const uint32_t *funcs, const uint32_t *threads,
		      struct profile *p, const struct ticks_clock *clock, const struct acc_event *e)
{
	__u32 row = e->row & ~ACC_EVENT_LATE;
	uint32_t func = func_of_edge(t, funcs, e->edge);
	uint32_t thread = row < t->size.rows ? threads[row] : PROF_NONE;
	uint64_t start_ns = tick__ns(clock, e->enter_ticks);
	uint64_t end_ns = tick__ns(clock, e->enter_ticks + e->ticks);

	if (func == PROF_NONE || thread == PROF_NONE)
		return false;
	*ARR_PUSH(p->events, p->nevents) = (struct prof_event){
		.thread = thread,
		.func = func,
		.start_ns = start_ns,
		.ns = end_ns > start_ns ? end_ns - start_ns : 0,
		.began_before = e->row & ACC_EVENT_LATE,
		.goes_on = e->number > t->ended,
	};
	return true;
}

void timeline__add(const struct tables *t, const uint32_t *funcs, const uint32_t *threads,
		   struct profile *p, const struct ticks_clock *clock)
{
	__u64 ended = ONCE(t->ctl->ended), room = t->size.timeline - 1;
	__u64 first = ended > room ? ended - room + 1 : 1;
	struct acc_event e;

	if (!room)
		return;
	p->events_gone += first - 1;
	for (__u64 n = first; n && n <= ended; n++) {
		if (!whole(t, n, &e) || !add_event(t, funcs, threads, p, clock, &e))
			p->events_gone++;
	}
}
