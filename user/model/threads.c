/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rows of threads. */
#include <stdlib.h>

#include "base/mem.h"
#include "model/window.h"

struct prof_thread *profile__add_thread(struct profile *p, uint32_t tid, const char *name)
{
	struct prof_thread *t = ARR_PUSH(p->threads, p->nthreads);

	t->tid = tid;
	t->name = xstrdup(name);
	return t;
}

uint32_t prof_thread__pid(const struct profile *p, const struct prof_thread *t)
{
	return t->pid ? t->pid : p->target.pid;
}

uint64_t prof_thread__from(const struct profile *p, const struct prof_thread *t)
{
	const uint64_t begin = p->target.start_ns;

	return t->start_ns < begin && begin < t->end_ns ? begin : t->start_ns;
}

static void precede(struct prof_thread *t, const struct prof_thread *before)
{
	struct prof_strip *own = t->strip;

	if (!before->strip)
		return;
	t->strip = own && own->start_ns >= before->strip->start_ns
			   ? prof_strip__join(before->strip, own)
			   : prof_strip__copy(before->strip);
	free(own);
}

void profile__precede_strips(struct profile *p, const struct profile *before)
{
	for (size_t i = 0; i < p->nthreads; i++) {
		const uint32_t at = prof_thread__find(before, &p->threads[i], i);

		if (at != PROF_NONE)
			precede(&p->threads[i], &before->threads[at]);
	}
}

#define START_NS 1000000 /* apart, at most */

bool prof_thread__same(const struct prof_thread *a, const struct prof_thread *b)
{
	uint64_t apart =
		a->start_ns > b->start_ns ? a->start_ns - b->start_ns : b->start_ns - a->start_ns;

	return a->tid == b->tid && a->pid == b->pid && apart < START_NS;
}

uint32_t prof_thread__find(const struct profile *p, const struct prof_thread *t, size_t likely)
{
	for (size_t n = 0; n < p->nthreads; n++) {
		size_t i = (likely + n) % p->nthreads;

		if (prof_thread__same(&p->threads[i], t))
			return i;
	}
	return PROF_NONE;
}
