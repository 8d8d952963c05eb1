/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why nothing was called. */
#include "live/notes.h"

#include <string.h>

#include "report/footnote.h"

static bool is_stopped(const struct process_state *s)
{
	return s->letter == 'T' || s->letter == 't';
}

/* For most of the time, which of a short look the process's clock of 10 ms does not say. */
static bool ran_or_could(const struct prof_thread *t)
{
	return 2 * (t->tottime_ns - t->away.off_ns + t->away.wait_ns) > t->tottime_ns;
}

/* It may have waited for a processor all the while, which takes none of its time. */
static bool slept(const struct profile *p, const struct process_state *start,
		  const struct process_state *end)
{
	for (size_t i = 0; i < p->nthreads; i++) {
		if (ran_or_could(&p->threads[i]))
			return false;
	}
	return start->tgid && start->start == end->start && start->cpu == end->cpu &&
	       start->letter != 'R' && end->letter != 'R';
}

void notes__no_calls(struct profile *p, const struct process_state *start,
		     const struct process_state *end)
{
	if (report__sum(p).ncalls)
		return;
	if (start->start == end->start && is_stopped(start) && is_stopped(end))
		profile__add_note(p, "nothing was called: the process is stopped; continue it with "
				     "kill -CONT");
	else if (slept(p, start, end))
		profile__add_note(p, "nothing was called: the process slept all the time");
	else if (p->target.backend && !strcmp(p->target.backend, "markers"))
		profile__add_note(p, "no block began, and --backend=markers counts no functions");
	else
		profile__add_note(p, "nothing was called: the process ran no Python, or only what "
				     "had begun before");
}
