/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What counts as CPU though the kernel did not tell of all that threads were away. */
#include "model/untold.h"

#include <inttypes.h>

#include "base/mem.h"

struct profile *profile__note_untold(struct profile *p)
{
	const struct prof_thread *most = NULL;
	int64_t ns = 0;
	uint64_t n = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		const struct prof_thread *t = &p->threads[i];

		n = prof_count(n + t->untold);
		ns = prof_ns(ns + t->untold_ns);
		if (t->untold && (!most || t->untold_ns > most->untold_ns))
			most = t;
	}
	if (most)
		profile__take_note(
			p, xasprintf("the kernel did not tell of %" PRIu64 " switch%s back to a "
				     "CPU: up to %.3f ms that count as cpu may be off-cpu, %.3f "
				     "ms of them in thread %" PRIu32,
				     n, n > 1 ? "es" : "", (double)ns / 1e6,
				     (double)most->untold_ns / 1e6, most->tid));
	return p;
}
