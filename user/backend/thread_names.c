/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What Python calls its threads. */
#include <stdlib.h>

#include "backend/capture.h"
#include "base/mem.h"
#include "base/ticks.h"
#include "cpython/names.h"
#include "model/profile.h"

#define NAMES_SHARE 20 /* looking at names takes at most one in so many of the time */
#define NAMELESS_NS                                                                                \
	1000000000ull /* a thread may be as long on its way from its first call to its             \
			 place among those that have names */

/* Of threads that nobody names, none are looked for. */
static bool has_newcomers(struct capture *c, uint64_t now)
{
	uint32_t n = session__threads(c->at.session);

	if (n != c->threads)
		c->newcomer_at = now;
	c->threads = n;
	return c->newcomer_at && now - c->newcomer_at < NAMELESS_NS;
}

/* A busy machine makes a look longer, not dearer: it is the processor's time that is shared. */
void capture__name_newcomers(struct capture *c)
{
	uint64_t now = monotonic__ns(), cpu;

	if (!has_newcomers(c, now) || now < c->names_at)
		return;
	cpu = thread_cpu__ns();
	py_names__look(c->names, false);
	c->names_at = now + NAMES_SHARE * (thread_cpu__ns() - cpu);
}

void capture__name_threads(const struct py_names *names, struct profile *p)
{
	for (size_t i = 0; i < p->nthreads; i++) {
		struct prof_thread *t = &p->threads[i];
		const char *name = py_names__of_tid(names, t->tid);

		if (!name)
			continue;
		free(t->name);
		t->name = xstrdup(name);
	}
}
