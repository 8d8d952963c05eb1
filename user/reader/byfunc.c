/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Functions as each thread calls them: the tables have them so. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/ticks.h"
#include "model/profile.h"
#include "reader/parts.h"

/* The thread of a function of the tables, or the last one that had its entry; PROF_NONE: none. */
static uint32_t thread_of(const struct tables *t, __u32 func, const uint32_t *threads,
			  struct profile *p)
{
	const __u32 i = ONCE(t->funcs[func].thread);
	const __u32 row = i < t->size.threads ? ONCE(t->threads[i].row) : 0;
	const uint32_t thread = row && row < t->size.rows ? threads[row] : PROF_NONE;

	if (thread != PROF_NONE)
		p->threads[thread].with_ended = ONCE(t->threads[i].had_by) > 1;
	return thread;
}

/* Index of the new part; PROF_NONE: it is none. */
static uint32_t add_part(const struct tables *t, __u32 i, const uint32_t *funcs,
			 const uint32_t *threads, struct profile *p)
{
	const uint32_t func = t->funcs[i].key ? func__at(t, funcs, i) : PROF_NONE;
	const uint32_t thread = func == PROF_NONE ? PROF_NONE : thread_of(t, i, threads, p);

	if (thread == PROF_NONE)
		return PROF_NONE;
	*ARR_PUSH(p->parts, p->nparts) = (struct prof_part){.thread = thread, .func = func};
	return (uint32_t)(p->nparts - 1);
}

static void add(struct profile *p, uint32_t part, const struct prof_stat *stat,
		const struct prof_ios *io)
{
	prof_stat__add(&p->parts[part].stat, stat);
	if (io)
		prof_ios__add(profile__make_io(p, PROF_PARTS, part), io);
}

static void add_edge(const struct tables *t, __u32 i, struct profile *p, uint32_t part,
		     const struct ticks_clock *clock)
{
	struct prof_stat stat = edge__stat(t, &t->edges[i], &t->edges_cold[i], clock);
	const struct prof_ios io = io__of_edge(t, i);

	stat.primitive_calls = stat.ncalls;
	add(p, part, &stat, io__is_on(t) ? &io : NULL);
}

static void settle(const struct tables *t, __u32 i, struct profile *p, uint32_t part,
		   const struct ticks_clock *clock)
{
	const struct prof_stat overlap = func__overlap(t, i, clock);
	const struct prof_ios twice = io__twice(t, i);
	struct prof_stat *stat = &p->parts[part].stat;

	stat->primitive_calls = calls__primitive(stat->primitive_calls, t->funcs_cold[i].nested);
	add(p, part, &overlap, io__is_on(t) ? &twice : NULL);
}

void parts__add(const struct tables *t, const uint32_t *funcs, const uint32_t *threads,
		struct profile *p, const struct ticks_clock *clock)
{
	const __u32 n = tables__taken(ONCE(t->ctl->funcs), t->size.funcs);
	uint32_t *part = xcalloc(n, sizeof(*part));

	for (__u32 i = 0; i < n; i++)
		part[i] = i ? add_part(t, i, funcs, threads, p) : PROF_NONE;
	for (__u32 i = 1; i < tables__taken(ONCE(t->ctl->edges), t->size.edges); i++) {
		const __u32 f = t->edges[i].key ? ONCE(t->edges[i].func) : 0;

		if (f && f < n && part[f] != PROF_NONE)
			add_edge(t, i, p, part[f], clock);
	}
	for (__u32 i = 1; i < n; i++) {
		if (part[i] != PROF_NONE)
			settle(t, i, p, part[i], clock);
	}
	free(part);
}
