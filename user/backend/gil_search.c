/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* GILs, looked for until there are some, and then now and again. */
#include "backend/gil_search.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "cpython/frames.h"
#include "cpython/gils.h"
#include "cpython/interp.h"
#include "probe/session.h"
#include "process/pages.h"
#include "process/procmem.h"

#define LOOKS_MAX 1000 /* soon after each other */

static bool has_gil(const struct interp *in)
{
	return in->layout && !in->layout->free_threaded;
}

/* Whether anything tells a wait for its threads' turn from others. */
static bool is_told(const struct interp *in)
{
	return has_gil(in) || py_world__of(in);
}

void gil_search__begin(struct gil_search *w, const struct interp *in)
{
	*w = (struct gil_search){.in = in, .mem = is_told(in) ? procmem__open(in->pid) : -1};
	w->pages = w->mem < 0 ? NULL : pages__of_process(w->mem);
}

static size_t ranges_of(struct acc_range *to, const uint64_t *at, size_t n, uint32_t offset,
			uint64_t bytes)
{
	n = n < ACC_GILS ? n : ACC_GILS;
	for (size_t i = 0; i < n; i++)
		to[i] = (struct acc_range){at[i] + offset, bytes};
	return n;
}

static size_t look_for_gils(struct py_live *live, struct session *s)
{
	struct acc_range ranges[ACC_GILS];
	uint64_t gils[ACC_GILS];
	const size_t n = py_gils__find(live, gils, ACC_GILS);

	if (!n)
		return 0;
	session__set_gils(s, ranges, ranges_of(ranges, gils, n, 0, PY_GIL_BYTES),
			  live->at.tstate_thread_id);
	if (live->at.interp_gil)
		session__set_interps(s, &(struct session_interps){.newest = live->runtime +
									    live->at.runtime_head,
								  .next = live->at.interp_next,
								  .id = live->at.interp_id,
								  .gil = live->at.interp_gil});
	return n;
}

static size_t look_for_worlds(const struct interp *in, struct py_live *live, struct session *s)
{
	const struct py_world *w = py_world__of(in);
	const struct acc_world world = {
		.state = w->state, .stops = w->stops, .interp = in->facts.tstate_interp};
	struct acc_range ranges[ACC_GILS];
	uint64_t interps[ACC_GILS - 1];
	const size_t n = py_interps__find(live, interps, ACC_GILS - 1);
	size_t known = n < ACC_GILS - 1 ? n : ACC_GILS - 1;

	if (!n)
		return 0;
	ranges_of(ranges, interps, known, w->stops, PY_WORLD_BYTES);
	ranges_of(ranges + known, &live->runtime, 1, w->all_stops, PY_WORLD_BYTES);
	session__set_worlds(s, ranges, known + 1, &world);
	return n + 1;
}

void gil_search__look(struct gil_search *w, struct session *s)
{
	struct py_live live;
	size_t n = 0;

	if (!w->pages)
		return;
	pages__forget(w->pages);
	if (!py_live__open(&live, w->in, w->pages))
		n = has_gil(w->in) ? look_for_gils(&live, s) : look_for_worlds(w->in, &live, s);
	if (n > w->found)
		w->found = n;
	w->looks += !n;
}

bool gil_search__is_known(const struct gil_search *w)
{
	return w->found || !w->pages || w->looks > LOOKS_MAX;
}

static bool waited_for_locks(const struct profile *p)
{
	for (size_t i = 0; i < p->nthreads; i++) {
		if (p->threads[i].away.reason_ns[PROF_REASON_LOCK])
			return true;
	}
	return false;
}

void gil_search__note(const struct gil_search *w, struct profile *p)
{
	const char *what;

	if (!w->in || !w->in->layout || !waited_for_locks(p))
		return;
	what = has_gil(w->in) ? "waits for the GIL" : "waits while all threads were stopped";
	if (!is_told(w->in) || !w->found)
		profile__take_note(
			p, xasprintf("%s were not told from those for other locks: %s", what,
				     is_told(w->in) ? "the interpreter was not seen to have begun"
						    : "they are in 3.13 alone"));
	else if (!has_gil(w->in) && w->found > ACC_GILS)
		profile__take_note(p, xasprintf("%s of some interpreters were not told from those "
						"for other locks: there are too many of them",
						what));
}

void gil_search__end(struct gil_search *w)
{
	pages__free(w->pages);
	if (w->pages || w->mem > 0)
		close(w->mem);
	*w = (struct gil_search){.mem = -1};
}
