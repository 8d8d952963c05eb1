/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What Python calls its threads. */
#include <stdlib.h>

#include "backend/capture.h"
#include "base/mem.h"
#include "base/ticks.h"
#include "cpython/names.h"
#include "model/profile.h"

#define NAMES_SHARE 20 /* looking at names takes at most one in so many of the time */

void capture__name_newcomers(struct capture *c)
{
	uint32_t n = session__threads(c->at.session);
	uint64_t begin = monotonic__ns(), end;

	if (n == c->threads || begin < c->names_at)
		return;
	c->threads = n;
	py_names__look(c->names, false);
	end = monotonic__ns();
	c->names_at = end + NAMES_SHARE * (end - begin);
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
