/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The threads of a dump, in order and with their names. */
#include "cli/dump.h"

#include <stdlib.h>
#include <string.h>

#include "arch/syscalls.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "process/state.h"

const char *dump__cut(uint8_t cut)
{
	static const char *const words[] = {
		[PY_CUT_DEEP] = "more than are read",
		[PY_CUT_CYCLE] = "they go round in a circle",
		[PY_CUT_BROKEN] = "the next cannot be read",
	};

	return words[cut];
}

bool dump__waits_for_gil(const struct dump_thread *t)
{
	/* by futex, or by restart_syscall where a stop has interrupted it */
	return t->native && t->native->nr >= 0 && t->python && t->python->gil &&
	       !t->python->holds_gil && t->native->arg - t->python->gil < PY_GIL_BYTES;
}

static int by_order(const void *a, const void *b)
{
	const struct dump_thread *x = a, *y = b;

	if (x->is_main != y->is_main)
		return x->is_main ? -1 : 1;
	if (!x->tid != !y->tid)
		return x->tid ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static char *comm_of(pid_t pid, pid_t tid)
{
	char *name = tid ? process__name(pid, tid) : NULL;
	char *text = name && *name ? utf8_from(name, strlen(name), 0) : NULL;

	free(name);
	return text;
}

static void add(struct dump *d, pid_t tid, const struct py_thread *python,
		const struct moment_thread *native)
{
	*ARR_PUSH(d->threads, d->n) = (struct dump_thread){
		.tid = tid,
		.is_main = tid == d->in->pid,
		.python = python,
		.native = native,
		.name = python ? py_names__of_self(d->names, python->tcb) : NULL,
		.comm = comm_of(d->in->pid, tid),
	};
}

void dump__list(struct dump *d)
{
	const struct py_moment *m = d->m;
	bool *has_python = xcalloc(m->nnatives + 1, sizeof(*has_python));

	d->names = py_names__new(d->in);
	py_names__look(d->names, true);
	for (uint32_t i = 0; i < m->stacks->nthreads; i++) {
		const struct py_thread *t = &m->stacks->threads[i];
		const struct moment_thread *native = py_moment__native(m, t->tid);

		add(d, native ? t->tid : 0, t, native);
		if (native)
			has_python[native - m->natives] = true;
	}
	for (uint32_t i = 0; i < m->nnatives; i++) {
		if (!has_python[i])
			add(d, m->natives[i].tid, NULL, &m->natives[i]);
	}
	free(has_python);
	if (d->n)
		qsort(d->threads, d->n, sizeof(*d->threads), by_order);
}

void dump__free(struct dump *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->threads[i].comm);
	free(d->threads);
	py_names__free(d->names);
	*d = (struct dump){0};
}
