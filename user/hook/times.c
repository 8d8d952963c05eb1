/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Two walks side by side: of the interpreter's stack, and of the stub's. */
#include "hook/times.h"

#include <string.h>

#include "base/shared.h"
#include "bpfprof/abi.h"
#include "hook/parts.h"
#include "process/procmap.h"
#include "process/procmem.h"

#define AHEAD 64 /* frames that only the stub may have, one after the other: blocks */

/* A stub that a bpfprof keeps alive, and keeps stacks. */
static bool is_at_work(struct open_times *t, int mem, uint64_t base)
{
	uint64_t deadline;

	t->base = base;
	return hook__is_stub(mem, base) &&
	       procmem__read(mem, base + STUB_STATE, &deadline, sizeof(deadline)) &&
	       deadline > ticks__now() &&
	       procmem__read(mem, base + STUB_CONFIG, &t->config, sizeof(t->config)) &&
	       t->config.count[STUB_THREADS] > ACC_THREAD_PROBE;
}

struct open_times *open_times__new(pid_t pid, int mem)
{
	static const char ours[] = "/memfd:bpfprof-";
	struct open_times *t = shared__new(sizeof(*t));
	struct procmaps maps = {0};
	bool found = false;

	if (!t)
		return NULL;
	t->clock = ticks__clock();
	procmaps__of_pid(&maps, pid);
	for (size_t i = 0; i < maps.n && !found; i++)
		found = !strncmp(maps.v[i].path, ours, sizeof(ours) - 1) &&
			is_at_work(t, mem, maps.v[i].start);
	procmaps__free(&maps);
	if (found)
		return t;
	open_times__free(t);
	return NULL;
}

void open_times__free(struct open_times *t)
{
	shared__free(t, sizeof(*t));
}

/* An element of a table; false where there is none. */
static bool element(const struct open_times *t, struct pages *pages, enum stub_table table,
		    uint32_t i, void *to, size_t size)
{
	return i && i < t->config.count[table] &&
	       pages__read(pages, t->base + t->config.table[table] + i * size, to, size);
}

static uint32_t top_of(const struct open_times *t, struct pages *pages, uint64_t tcb)
{
	const uint32_t count = t->config.count[STUB_THREADS];
	struct acc_thread s;

	for (uint32_t n = 0; tcb && n < ACC_THREAD_PROBE; n++) {
		if (element(t, pages, STUB_THREADS, ACC_THREAD_AT(tcb, n, count), &s, sizeof(s)) &&
		    s.tcb == tcb)
			return s.top;
	}
	return 0;
}

/* The frame of that address, from the one at *at on, which goes on behind it. */
static bool find(const struct open_times *t, struct pages *pages, uint64_t frame, uint32_t *at,
		 struct acc_frame *f)
{
	uint32_t i = *at;

	for (int n = 0; n < AHEAD && element(t, pages, STUB_FRAMES, i, f, sizeof(*f)); n++) {
		i = f->prev;
		if (f->pyframe != frame)
			continue;
		*at = i;
		return true;
	}
	return false;
}

static struct open_time time_of(const struct open_times *t, const struct acc_frame *f)
{
	const double ns = (double)(int64_t)(t->clock.now - f->enter_ticks) * t->clock.ns_per_tick;

	return (struct open_time){.ns = ns >= 1 && ns < 9e18 ? (uint64_t)ns : 0,
				  .before = f->late & ACC_LATE};
}

void open_times__read(void *of, struct pages *pages, const struct py_stacks *stacks)
{
	struct open_times *t = of;
	struct acc_frame f;

	t->clock.now = ticks__now();
	for (uint32_t i = 0; i < stacks->nthreads; i++) {
		const struct py_thread *thread = &stacks->threads[i];
		uint32_t at = top_of(t, pages, thread->tcb);

		for (uint32_t k = thread->first; at && k < thread->first + thread->n; k++) {
			if (find(t, pages, stacks->frames[k].frame, &at, &f))
				t->v[k] = time_of(t, &f);
		}
	}
}
