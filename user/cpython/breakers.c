/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A walk of all interpreters, and of the threads of each. */
#include "cpython/breakers.h"

#include "cpython/live.h"
#include "process/procmem.h"

#define STEPS_MAX 100000 /* a list that closes upon itself ends too */

struct walk {
	struct py_live live;
	int mem;
	uint64_t bits;
	bool set;
	int steps;
};

/* Goes on to what the word at that address points to; 0 is the end. */
static bool step(struct walk *w, uint64_t at, uint64_t *next)
{
	return w->steps++ < STEPS_MAX && py_live__word(&w->live, at, next);
}

static bool write_one(const struct walk *w, uint64_t tstate)
{
	uint64_t at = tstate + w->live.layout->tstate_breaker, was, is;

	if (!procmem__read(w->mem, at, &was, sizeof(was)))
		return false;
	is = w->set ? was | w->bits : was & ~w->bits;
	return is == was || procmem__write(w->mem, at, &is, sizeof(is));
}

static bool write_threads(struct walk *w, uint64_t interp)
{
	uint64_t tstate, at = interp + w->live.at.interp_threads;

	while (step(w, at, &tstate)) {
		if (!tstate)
			return true;
		if (!write_one(w, tstate))
			return false;
		at = tstate + w->live.at.tstate_next;
	}
	return false;
}

static bool write_all(struct walk *w)
{
	uint64_t interp, at = w->live.runtime + w->live.at.runtime_head;

	while (step(w, at, &interp)) {
		if (!interp)
			return true;
		if (!write_threads(w, interp))
			return false;
		at = interp + w->live.at.interp_next;
	}
	return false;
}

const char *py_breakers__write(const struct interp *in, int mem, uint64_t bits, bool set,
			       struct py_breakers_list *list)
{
	struct walk w = {.mem = mem, .bits = bits, .set = set};
	struct pages *pages = pages__of_process(mem);
	const char *why = pages ? py_live__open(&w.live, in, pages) : "out of memory";

	if (!why && !w.live.layout->tstate_breaker)
		why = "this version's threads have no breaker of their own";
	if (!why && !write_all(&w))
		why = "its threads cannot be read";
	if (!why && list) {
		list->interp_threads = w.live.at.interp_threads;
		list->tstate_next = w.live.at.tstate_next;
	}
	pages__free(pages);
	return why;
}
