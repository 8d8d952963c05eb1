/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose tasks coroutines awaited, of the tables. */
#include "model/profile.h"
#include "reader/parts.h"

/* One function of those that are awaited together, of an element of so many ticks. */
static void add(const struct tables *t, const uint32_t *map, const uint32_t *paths,
		struct profile *p, const struct acc_await *at, __u64 tasks, __s64 ns)
{
	const __u32 edge = ONCE(at->edge), code = ONCE(at->code);
	struct prof_await a = {.path = PROF_NONE, .func = PROF_NONE, .task = PROF_NONE};

	if (edge && edge < tables__taken(ONCE(t->ctl->edges), t->size.edges)) {
		a.func = func__at(t, map, ONCE(t->edges[edge].func));
		a.path = paths ? paths[edge] : PROF_NONE;
	}
	if (code && code < t->size.codes)
		a.task = map[code];
	if (a.func == PROF_NONE || a.task == PROF_NONE)
		return;
	a.in = ONCE(at->in) == ACC_IN_TASK ? PROF_AWAIT_TASK : PROF_AWAIT_GATHER;
	a.tasks = prof_count(tasks);
	a.ns = ns;
	profile__add_await(p, &a);
}

/* All that were awaited together have the time of the last of them. */
void awaits__add(const struct tables *t, const uint32_t *map, const uint32_t *paths,
		 struct profile *p, const struct ticks_clock *clock)
{
	for (__u32 i = 1; i < t->size.awaits; i++) {
		const struct acc_await *at = &t->awaits[i];
		__s64 ns = length__of(clock, ONCE(at->ticks));
		__u32 n = 0, k = i;

		if (!ONCE(at->key))
			continue;
		add(t, map, paths, p, at, ONCE(at->tasks), 0);
		for (; ns > 0 && k && k < t->size.awaits && n < ACC_AWAITS_MAX; n++) {
			add(t, map, paths, p, &t->awaits[k], 0, ns);
			k = ONCE(t->awaits[k].prev);
		}
	}
}

__u32 await__code(const struct tables *t, __u32 i)
{
	const __u32 code = ONCE(t->awaits[i].key) ? ONCE(t->awaits[i].code) : 0;

	return code < t->size.codes ? code : 0;
}
