/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Several processes are entered one after the other, and left so, which takes a good part of a
 * second each. What is told of them is what all did at the same time: from a reading of all of them
 * to another, which takes milliseconds.
 */
#include "backend/members.h"

#include "base/log.h"
#include "base/ticks.h"
#include "model/window.h"
#include "process/state.h"

static struct profile *read(const struct member *m)
{
	struct profile *p = member__part(m);

	capture__snapshot(m->c, p);
	return p;
}

/* The first reading of a process takes tens of milliseconds, for all its memory is new; the next
 * less than one. */
void captures__begin_together(struct captures *cs)
{
	for (size_t i = 0; cs->n > 1 && i < cs->n; i++)
		profile__free(read(cs->v[i]));
	cs->together_ns = cs->n > 1 ? monotonic__ns() : 0;
	for (size_t i = 0; cs->n > 1 && i < cs->n; i++) {
		session__turn_strips(cs->v[i]->c->at.session);
		cs->v[i]->before = read(cs->v[i]);
	}
	if (cs->n > 1)
		detail("all %zu processes counted together, within %.1f ms", cs->n,
		       (monotonic__ns() - cs->together_ns) / 1e6);
}

uint64_t captures__together_ns(const struct captures *cs)
{
	return cs->together_ns;
}

struct profile *member__in_window(const struct captures *cs, const struct member *m,
				  struct profile *p)
{
	struct profile *part;

	if (!m->before)
		return p;
	part = profile__in_window(p, m->before, cs->together_ns);
	profile__free(p);
	return part;
}

void captures__end_together(struct captures *cs)
{
	for (size_t i = 0; (cs->n > 1 || cs->family) && i < cs->n; i++) {
		if (!member__is_over(cs->v[i]))
			cs->v[i]->last = read(cs->v[i]);
	}
}
