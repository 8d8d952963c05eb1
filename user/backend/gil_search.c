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

void gil_search__begin(struct gil_search *w, const struct interp *in)
{
	*w = (struct gil_search){.in = in, .mem = has_gil(in) ? procmem__open(in->pid) : -1};
	w->pages = w->mem < 0 ? NULL : pages__of_process(w->mem);
}

void gil_search__look(struct gil_search *w, struct session *s)
{
	struct acc_range ranges[ACC_GILS];
	uint64_t gils[ACC_GILS];
	struct py_live live;
	size_t n = 0;

	if (!w->pages)
		return;
	pages__forget(w->pages);
	if (!py_live__open(&live, w->in, w->pages))
		n = py_gils__find(&live, gils, ACC_GILS);
	if (n > w->found)
		w->found = n;
	if (!n) {
		w->looks++;
		return;
	}
	n = n < ACC_GILS ? n : ACC_GILS;
	for (size_t i = 0; i < n; i++)
		ranges[i] = (struct acc_range){gils[i], PY_GIL_BYTES};
	session__set_gils(s, ranges, n, live.at.tstate_thread_id);
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
	if (!w->in || !has_gil(w->in) || !waited_for_locks(p))
		return;
	if (!w->found)
		profile__add_note(p, "waits for the GIL were not told from those for other locks: "
				     "the interpreter was not seen to have one");
	else if (w->found > ACC_GILS)
		profile__add_note(p, "waits for the GIL of some interpreters were not told from "
				     "those for other locks: there are too many of them");
}

void gil_search__end(struct gil_search *w)
{
	pages__free(w->pages);
	if (w->pages || w->mem > 0)
		close(w->mem);
	*w = (struct gil_search){.mem = -1};
}
