/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Stacks as one JSON object. */
#include <jansson.h>

#include "arch/x86_64/syscalls.h"
#include "cli/dump.h"

static json_t *frame_json(const struct py_functions *all, const struct py_frame *f)
{
	const struct py_function *fn = f->function ? &all->v[f->function - 1] : NULL;

	return json_pack("{s:s, s:o, s:s, s:o}", "file", all->text + (fn ? fn->file : 0), "line",
			 f->line ? json_integer(f->line) : json_null(), "function",
			 all->text + (fn ? fn->name : 0), "first_line",
			 fn && fn->file ? json_integer(fn->first_line) : json_null());
}

static json_t *frames_json(const struct dump *d, const struct py_thread *t)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < t->n; i++)
		json_array_append_new(
			list, frame_json(d->m->functions, &d->m->stacks->frames[t->first + i]));
	return list;
}

static const char *state_of(const struct moment_thread *t)
{
	return !t ? NULL : t->nr < 0 ? "running" : t->waits ? "blocked" : "in a system call";
}

static json_t *thread_json(const struct dump *d, const struct dump_thread *t)
{
	long nr = t->native ? t->native->nr : -1;

	return json_pack("{s:o, s:s?, s:s?, s:o, s:s?, s:o, s:s?}", "tid",
			 t->tid ? json_integer(t->tid) : json_null(), "comm", t->comm, "state",
			 state_of(t->native), "syscall_nr", nr < 0 ? json_null() : json_integer(nr),
			 "syscall", nr < 0 ? NULL : syscall__name(nr), "frames",
			 t->python ? frames_json(d, t->python) : json_null(), "missing",
			 t->python ? dump__cut(t->python->cut) : NULL);
}

int dump__json(const struct dump *d, FILE *out)
{
	json_t *list = json_array(), *root;
	int error;

	for (size_t i = 0; i < d->n; i++)
		json_array_append_new(list, thread_json(d, &d->threads[i]));
	root = json_pack("{s:s, s:i, s:s, s:I, s:o, s:s?}", "schema", "bpfprof-dump/1", "pid",
			 d->in->pid, "python", d->in->version_text, "stopped_ns",
			 (json_int_t)d->m->stopped_ns, "threads", list, "missing",
			 dump__cut(d->m->stacks->cut));
	if (!root)
		return -1;
	error = json_dumpf(root, out, JSON_INDENT(1));
	putc('\n', out);
	json_decref(root);
	return error;
}
