/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rows of processes. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/profile.h"

void profile__add_process(struct profile *p, const struct prof_process *from)
{
	struct prof_process *to;

	for (size_t i = 0; i < p->nprocesses; i++) {
		if (p->processes[i].pid == from->pid && p->processes[i].start_ns == from->start_ns)
			return;
	}
	to = ARR_PUSH(p->processes, p->nprocesses);
	*to = *from;
	to->command = xstrdup(from->command);
	to->python = xstrdup(from->python);
}

/* By an exec a process becomes another row of its number. */
uint32_t prof_thread__process(const struct profile *p, const struct prof_thread *t)
{
	uint32_t found = PROF_NONE;

	for (uint32_t i = 0; i < p->nprocesses; i++) {
		const struct prof_process *q = &p->processes[i];
		const struct prof_process *f = found == PROF_NONE ? NULL : &p->processes[found];

		if (q->pid != prof_thread__pid(p, t))
			continue;
		if (!f || (q->start_ns <= t->start_ns && q->start_ns > f->start_ns) ||
		    (f->start_ns > t->start_ns && q->start_ns < f->start_ns))
			found = i;
	}
	return found;
}

struct prof_stat *profile__process_stats(const struct profile *p)
{
	struct prof_stat *stats = xcalloc(p->nprocesses + 1, sizeof(*stats));

	for (size_t i = 0; i < p->nthreads; i++) {
		const struct prof_thread *t = &p->threads[i];
		uint32_t of = prof_thread__process(p, t);

		if (of == PROF_NONE)
			continue;
		prof_stat__add(&stats[of], &(struct prof_stat){.ncalls = t->ncalls,
							       .tottime_ns = t->tottime_ns,
							       .own_bias_ns = t->bias_ns,
							       .own_away = t->away});
	}
	return stats;
}

void profile__forget_processes(struct profile *p)
{
	for (size_t i = 0; i < p->nprocesses; i++) {
		free(p->processes[i].command);
		free(p->processes[i].python);
	}
	free(p->processes);
}
