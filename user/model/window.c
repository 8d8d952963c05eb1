/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What happened in a window that begins after counting did. */
#include <stdlib.h>

#include "base/mem.h"
#include "model/idle.h"
#include "model/window.h"

/* The parts of a profile by (thread, func), as edges of a profile of their own. */
struct by_part {
	struct profile *keys;
	uint32_t *at; /* the part, by edge */
};

static struct by_part index_parts(const struct profile *p)
{
	struct by_part by = {profile__new(), xcalloc(p->nparts + 1, sizeof(uint32_t))};

	for (uint32_t i = 0; i < p->nparts; i++) {
		const struct prof_edge *e =
			profile__edge(by.keys, p->parts[i].thread, p->parts[i].func);

		by.at[e - by.keys->edges] = i;
	}
	return by;
}

/* The part of the same thread and function before the window; PROF_NONE: there was none. */
static uint32_t part_before(const struct by_part *by, uint32_t thread, uint32_t func)
{
	const struct prof_edge *e = profile__find_edge(by->keys, thread, func);

	return e ? by->at[e - by->keys->edges] : PROF_NONE;
}

/* A function of now in the window, added where it had no part in it; looked for at likely first. */
static uint32_t func_of(struct profile *to, const struct profile *now, uint32_t i, size_t *likely)
{
	const struct prof_func *f = &now->funcs[i];
	uint32_t func = profile__find_func(to, f, *likely);

	if (func == PROF_NONE) {
		func = profile__func(to, f->file, f->line, f->name, f->qualname);
		to->funcs[func].kind = f->kind;
	}
	*likely = func + 1;
	return func;
}

static void add_parts(struct profile *to, const struct profile *now, const struct profile *before)
{
	struct by_part by = index_parts(before);
	size_t likely = 0, likely_func = 0;

	for (size_t i = 0; i < now->nparts; i++) {
		struct prof_part part = now->parts[i];
		const uint32_t thread =
			prof_thread__find(before, &now->threads[part.thread], likely);
		const uint32_t func = profile__find_func(before, &now->funcs[part.func], part.func);
		const uint32_t was = part_before(&by, thread, func);

		likely = thread == PROF_NONE ? likely : thread;
		if (was != PROF_NONE)
			prof_stat__less(&part.stat, &before->parts[was].stat);
		*ARR_PUSH(to->parts, to->nparts) = part;
		profile__add_io(to, PROF_PARTS, to->nparts - 1, now, i);
		profile__less_io(to, PROF_PARTS, to->nparts - 1, before,
				 was == PROF_NONE ? SIZE_MAX : was);
		if (profile__is_idle(to, PROF_PARTS, to->nparts - 1, &part.stat))
			to->nparts--;
		else
			to->parts[to->nparts - 1].func = func_of(to, now, part.func, &likely_func);
	}
	profile__free(by.keys);
	free(by.at);
}

/* Those that ended in the window. One that began before begins with it. */
static void add_events(struct profile *to, const struct profile *now, uint64_t from_ns)
{
	size_t likely = 0;

	for (size_t i = 0; i < now->nevents; i++) {
		struct prof_event e = now->events[i];

		if (e.start_ns + e.ns < from_ns)
			continue;
		if (e.start_ns < from_ns) {
			e.ns -= from_ns - e.start_ns;
			e.start_ns = from_ns;
			e.began_before = true;
		}
		e.func = func_of(to, now, e.func, &likely);
		*ARR_PUSH(to->events, to->nevents) = e;
	}
}

struct profile *profile__in_window(const struct profile *now, const struct profile *before,
				   uint64_t from_ns)
{
	struct profile *p = profile__since(now, before);

	p->pace = now->pace;
	p->clears = now->clears;
	add_parts(p, now, before);
	add_events(p, now, from_ns);
	for (size_t i = 0; i < p->nthreads; i++) {
		struct prof_thread *t = &p->threads[i];

		t->start_ns = t->start_ns < from_ns ? from_ns : t->start_ns;
		t->end_ns = t->end_ns < t->start_ns ? t->start_ns : t->end_ns;
	}
	for (size_t i = 0; i < p->nprocesses; i++) {
		if (p->processes[i].start_ns < from_ns)
			p->processes[i].start_ns = from_ns;
	}
	return p;
}
