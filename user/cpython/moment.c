/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Stop, read, let go: in a child that is not killed with us. */
#include "cpython/moment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shared.h"
#include "base/ticks.h"
#include "process/detached.h"
#include "process/inject.h"
#include "process/others.h"

struct job {
	struct py_moment *m;
	const struct interp *in;
	struct pages *pages;
	int mem;
};

struct py_moment *py_moment__new(void)
{
	struct py_moment *m = shared__new(sizeof(*m));

	if (!m)
		return NULL;
	m->stacks = py_stacks__new();
	m->functions = py_functions__new();
	if (m->stacks && m->functions)
		return m;
	py_moment__free(m);
	return NULL;
}

void py_moment__free(struct py_moment *m)
{
	if (!m)
		return;
	py_stacks__free(m->stacks);
	py_functions__free(m->functions);
	shared__free(m, sizeof(*m));
}

static int fail(struct py_moment *m, const char *why)
{
	snprintf(m->why, sizeof(m->why), "%s", why);
	return -1;
}

static int by_tid(const void *a, const void *b)
{
	return *(const pid_t *)a < *(const pid_t *)b ? -1 : *(const pid_t *)a > *(const pid_t *)b;
}

/* Looks at every stopped thread; the array is the caller's. */
static struct py_native *look(struct py_moment *m, const struct inject *stopped)
{
	size_t n = stopped->ntids < PY_THREADS_MAX ? stopped->ntids : PY_THREADS_MAX;
	struct py_native *natives = xcalloc(n, sizeof(*natives));

	for (size_t i = 0; i < n; i++) {
		pid_t tid = stopped->tids[i];
		struct inject_thread t = inject__thread(tid);

		natives[i] = (struct py_native){tid, t.tcb};
		m->natives[i] = (struct moment_thread){tid, t.nr, t.waits, t.arg};
	}
	m->nnatives = n;
	qsort(m->natives, n, sizeof(*m->natives), by_tid);
	return natives;
}

static int read_stopped(struct job *job, const struct inject *stopped)
{
	struct py_moment *m = job->m;
	struct py_native *natives = look(m, stopped);
	struct py_live live;
	const char *why = py_live__open(&live, job->in, job->pages);

	if (!why) {
		py_stacks__read(m->stacks, &live, natives, m->nnatives);
		py_functions__read(m->functions, m->stacks, &live);
		if (m->also)
			m->also(m->of, job->pages, m->stacks);
	}
	free(natives);
	return why ? fail(m, why) : 0;
}

static int take(void *arg)
{
	struct job *job = arg;
	struct py_moment *m = job->m;
	struct inject stopped;
	uint64_t begin;
	int error;

	job->pages = pages__of_process(job->mem);
	if (!job->pages)
		return fail(m, "out of memory; free some");
	pages__warm(job->pages);
	py_stacks__warm(m->stacks);
	py_functions__warm(m->functions);
	begin = monotonic__ns();
	error = inject__halt(&stopped, job->in->pid);
	if (error) {
		others__explain(error, job->in->pid, m->why);
		return detached__failed(error);
	}
	error = read_stopped(job, &stopped);
	inject__done(&stopped);
	m->stopped_ns = monotonic__ns() - begin;
	return error;
}

int py_moment__take(struct py_moment *m, const struct interp *in, int mem)
{
	struct job job = {m, in, NULL, mem};

	fail(m, "there is no memory for a process that reads it; free some");
	return detached__run(take, &job);
}

const struct moment_thread *py_moment__native(const struct py_moment *m, pid_t tid)
{
	return bsearch(&tid, m->natives, m->nnatives, sizeof(*m->natives), by_tid);
}
