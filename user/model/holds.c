/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who held the GIL while others waited for it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/holds.h"

bool prof_hold__same(const struct prof_hold *a, const struct prof_hold *b)
{
	return a->line == b->line && !strcmp(a->name, b->name) && !strcmp(a->file, b->file);
}

void profile__copy_hold(struct profile *p, const struct prof_hold *from, uint32_t first_thread,
			const char *file)
{
	*ARR_PUSH(p->holds, p->nholds) = (struct prof_hold){
		.thread = from->thread + first_thread,
		.file = xstrdup(file),
		.name = xstrdup(from->name),
		.line = from->line,
		.ns = prof_ns(from->ns),
	};
}

/* A function has several entries of the table where it has several code objects. */
void profile__add_hold(struct profile *p, uint32_t thread, uint32_t func, int64_t ns)
{
	const struct prof_func *f = &p->funcs[func];
	const struct prof_hold more = {thread, f->file, f->name, f->line, ns};

	for (size_t i = 0; i < p->nholds; i++) {
		struct prof_hold *h = &p->holds[i];

		if (h->thread == thread && prof_hold__same(h, &more)) {
			h->ns = prof_ns(h->ns + prof_ns(ns));
			return;
		}
	}
	profile__copy_hold(p, &more, 0, more.file);
}

void profile__add_free(struct profile *p, int64_t ns)
{
	p->gil_free_ns = prof_ns(p->gil_free_ns + (ns > 0 ? prof_ns(ns) : 0));
}

/* What is told while the program runs on may be a little more than the waits that are counted by
 * then. */
struct prof_gil_wait profile__gil_wait(const struct profile *p)
{
	struct prof_gil_wait wait = {0};

	for (size_t i = 0; i < p->nthreads; i++) {
		int64_t ns = p->threads[i].away.reason_ns[PROF_REASON_GIL];

		wait.ns =
			prof_ns(wait.ns + (ns > 0 ? ns : 0)); /* a hostile process's may be less */
	}
	wait.free_ns = p->gil_free_ns;
	wait.unknown_ns = wait.ns - wait.free_ns;
	for (size_t i = 0; i < p->nholds; i++)
		wait.unknown_ns = prof_ns(wait.unknown_ns - p->holds[i].ns);
	return wait;
}

void profile__settle_holds(struct profile *p)
{
	int64_t over = -profile__gil_wait(p).unknown_ns;

	for (size_t i = 0; i < p->nholds && over > 0; i++) {
		int64_t less = p->holds[i].ns < over ? p->holds[i].ns : over;

		p->holds[i].ns -= less;
		over -= less;
	}
	if (over > 0)
		p->gil_free_ns -= p->gil_free_ns < over ? p->gil_free_ns : over;
}
