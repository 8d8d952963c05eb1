/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Stacks to be read: one thread after the other, the innermost frame first. */
#include <stdlib.h>

#include "arch/syscalls.h"
#include "base/escape.h"
#include "cli/dump.h"

static void put(FILE *out, const char *text)
{
	char *safe = escaped(text, ESCAPE_TERMINAL);

	fputs(safe, out);
	free(safe);
}

static void put_state(FILE *out, const struct dump_thread *t)
{
	const struct moment_thread *native = t->native;
	const char *name = syscall__name(native->nr), *how = native->waits ? "blocked in" : "in";

	if (dump__waits_for_gil(t))
		fputs("waiting for the GIL", out);
	else if (native->nr < 0)
		fputs("running", out);
	else if (name)
		fprintf(out, "%s %s", how, name);
	else
		fprintf(out, "%s system call %ld", how, native->nr);
	if (t->python && t->python->holds_gil)
		fputs(", holds the GIL", out);
}

static void put_head(FILE *out, const struct dump_thread *t)
{
	if (!t->native) {
		fputs("A thread state that no thread has:\n", out);
		return;
	}
	fprintf(out, "Thread %d \"", t->tid);
	put(out, t->name ? t->name : t->comm ? t->comm : "");
	fputs("\", ", out);
	put_state(out, t);
	fputs(!t->python     ? ", runs no Python\n"
	      : t->python->n ? ":\n"
			     : ", no Python frame\n",
	      out);
}

static void put_time(FILE *out, const struct open_time *t)
{
	if (t->ns)
		fprintf(out, "  open %s%.3f s", t->before ? "more than " : "", t->ns / 1e9);
}

static void put_frame(FILE *out, const struct dump *d, uint32_t i)
{
	const struct py_functions *all = d->m->functions;
	const struct py_frame *f = &d->m->stacks->frames[i];
	const struct py_function *fn = f->function ? &all->v[f->function - 1] : NULL;

	fputs("  ", out);
	put(out, all->text + (fn ? fn->file : 0));
	if (f->line)
		fprintf(out, ":%d  ", f->line);
	else
		fputs(":?  ", out);
	put(out, all->text + (fn ? fn->name : 0));
	if (d->times)
		put_time(out, &d->times->v[i]);
	putc('\n', out);
}

static void put_thread(FILE *out, const struct dump *d, const struct dump_thread *t)
{
	put_head(out, t);
	if (!t->python)
		return;
	for (uint32_t i = 0; i < t->python->n; i++)
		put_frame(out, d, t->python->first + i);
	if (dump__cut(t->python->cut))
		fprintf(out, "  ... %s\n", dump__cut(t->python->cut));
}

int dump__text(const struct dump *d, FILE *out)
{
	for (size_t i = 0; i < d->n; i++) {
		if (i)
			putc('\n', out);
		put_thread(out, d, &d->threads[i]);
	}
	return ferror(out) ? -1 : 0;
}
