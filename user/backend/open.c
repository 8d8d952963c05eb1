/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Read in a child that outlives us, whose memory is lost: what it says comes back shared. */
#include "backend/open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/shared.h"
#include "base/ticks.h"
#include "cpython/interp.h"
#include "hook/hook.h"
#include "probe/session.h"
#include "process/detached.h"
#include "process/inject.h"
#include "process/procmem.h"
#include "reader/seed.h"

struct open_stacks {
	struct placement *at;
	enum py_identity_by by;
	struct py_stacks *stacks;
	int mem;	     /* of the process: procmem.h */
	struct pages *pages; /* of it; both are a child's of ours where that has read them */
	void (*begin)(struct placement *at);
	uint32_t threads;    /* with frames open */
	uint64_t took_ns;    /* while the process stood still */
	uint64_t stopped_ns; /* that it stood still for this alone; 0: for something else too */
	const char *why;     /* what is open is not known; NULL: it is */
};

struct open_stacks *open_stacks__new(struct placement *at, enum py_identity_by by)
{
	struct open_stacks *o = at->launched ? NULL : shared__new(sizeof(*o));

	if (!o)
		return NULL;
	o->at = at;
	o->by = by;
	o->mem = -1;
	o->why = "it was not stopped";
	o->stacks = py_stacks__new();
	session__lend(at->session, true);
	if (o->stacks)
		return o;
	open_stacks__free(o);
	return NULL;
}

void open_stacks__free(struct open_stacks *o)
{
	if (!o)
		return;
	session__lend(o->at->session, false);
	if (o->at->holder.of) { /* then no child has read them */
		pages__free(o->pages);
		if (o->mem >= 0)
			close(o->mem);
	}
	py_stacks__free(o->stacks);
	shared__free(o, sizeof(*o));
}

/* One that is followed stands still at its birth already, and waits for this memory too, of which
 * few have much to be read into. */
static void make_ready(struct open_stacks *o)
{
	o->mem = procmem__open(o->at->in->pid);
	o->pages = o->mem < 0 ? NULL : pages__of_process(o->mem);
	if (o->at->holder.of)
		return;
	if (o->pages)
		pages__warm(o->pages);
	py_stacks__warm(o->stacks);
}

/* The threads as the kernel has them. */
static struct py_native *natives_of(const struct inject *stopped)
{
	struct py_native *natives = xcalloc(stopped->ntids + 1, sizeof(*natives));

	for (size_t i = 0; i < stopped->ntids; i++)
		natives[i] =
			(struct py_native){stopped->tids[i], inject__thread(stopped->tids[i]).tcb};
	return natives;
}

static const char *read_and_seed(struct open_stacks *o, const struct inject *stopped)
{
	struct py_live live;
	const char *why = o->pages ? py_live__open(&live, o->at->in, o->pages) : "out of memory";
	struct seed seed = {.stacks = o->stacks, .live = &live, .by = o->by};
	struct py_native *natives;

	if (why)
		return why;
	natives = natives_of(stopped);
	py_stacks__read(o->stacks, &live, natives, stopped->ntids);
	free(natives);
	why = session__seed(o->at->session, &seed, &o->threads);
	if (!why && o->at->hook)
		hook__seed(o->at->hook, &seed);
	return why;
}

void open_stacks__take(void *open_stacks, const struct inject *stopped)
{
	struct open_stacks *o = open_stacks;
	uint64_t begin = monotonic__ns();

	if (!stopped) {
		make_ready(o);
		return;
	}
	o->why = read_and_seed(o, stopped);
	o->took_ns = monotonic__ns() - begin;
}

static int stop(const struct placement *at, struct inject *stopped)
{
	return at->holder.of ? at->holder.hold(at->holder.of, at->in->pid, stopped)
			     : inject__halt(stopped, at->in->pid);
}

static int stop_and_take(void *arg)
{
	struct open_stacks *o = arg;
	const struct holder *holder = &o->at->holder;
	uint64_t since;
	struct inject stopped;
	int error;

	make_ready(o);
	since = monotonic__ns();
	error = stop(o->at, &stopped);
	if (error) {
		o->why = inject__why(error);
		return detached__failed(error);
	}
	if (interp__is_there(o->at->in))
		open_stacks__take(o, &stopped);
	o->begin(o->at);
	if (holder->of)
		holder->let_go(holder->of, &stopped);
	else
		inject__done(&stopped);
	o->stopped_ns = monotonic__ns() - since;
	return 0;
}

void open_stacks__stop_and_take(struct open_stacks *o, void (*begin)(struct placement *at))
{
	o->begin = begin;
	if (o->at->holder.of ? stop_and_take(o) : detached__run(stop_and_take, o))
		begin(o->at);
}

void open_stacks__done(struct open_stacks *o)
{
	if (!o)
		return;
	if (o->why)
		detail("what is open already is not known: %s", o->why);
	else
		detail("%u threads had %u frames open, which took %.1f ms to read", o->threads,
		       o->stacks->nframes, o->took_ns / 1e6);
	if (o->stopped_ns)
		detail("process %d stood still for %.1f ms", o->at->in->pid, o->stopped_ns / 1e6);
	session__name_seeded(o->at->session, o->threads);
}
