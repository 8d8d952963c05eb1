/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Stacks as one JSON object. */
#include <jansson.h>

#include "arch/syscalls.h"
#include "cli/dump.h"
#include "report/jsonout.h"

static json_t *frame_json(const struct dump *d, uint32_t i)
{
	const struct py_functions *all = d->m->functions;
	const struct py_frame *f = &d->m->stacks->frames[i];
	const struct open_time t = d->times ? d->times->v[i] : (struct open_time){0};
	const struct py_function *fn = f->function ? &all->v[f->function - 1] : NULL;

	return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o}", "file", all->text + (fn ? fn->file : 0),
			 "line", f->line ? json_integer(f->line) : json_null(), "function",
			 all->text + (fn ? fn->name : 0), "first_line",
			 fn && fn->file ? json_integer(fn->first_line) : json_null(), "open_ns",
			 t.ns ? json_integer((json_int_t)t.ns) : json_null(), "open_before",
			 t.ns ? json_boolean(t.before) : json_null());
}

static json_t *frames_json(const struct dump *d, const struct py_thread *t)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < t->n; i++)
		json_array_append_new(list, frame_json(d, t->first + i));
	return list;
}

static const char *state_of(const struct dump_thread *t)
{
	if (!t->native)
		return NULL;
	if (dump__waits_for_gil(t))
		return "waiting for the GIL";
	return t->native->nr < 0 ? "running" : t->native->waits ? "blocked" : "in a system call";
}

static json_t *thread_json(const struct dump *d, const struct dump_thread *t)
{
	long nr = t->native ? t->native->nr : -1;

	return json_pack("{s:o, s:s?, s:s?, s:s?, s:b, s:o, s:s?, s:o, s:s?}", "tid",
			 t->tid ? json_integer(t->tid) : json_null(), "name", t->name, "comm",
			 t->comm, "state", state_of(t), "holds_gil",
			 t->python && t->python->holds_gil, "syscall_nr",
			 nr < 0 ? json_null() : json_integer(nr), "syscall",
			 nr < 0 ? NULL : syscall__name(nr), "frames",
			 t->python ? frames_json(d, t->python) : json_null(), "missing",
			 t->python ? dump__cut(t->python->cut) : NULL);
}

/* Written a thread at a time: a million frames make no million objects. */
int dump__json(const struct dump *d, FILE *out)
{
	const char *cut = dump__cut(d->m->stacks->cut);

	fprintf(out,
		"{\"schema\": \"bpfprof-dump/1\", \"pid\": %d, \"python\": \"%s\", "
		"\"stopped_ns\": %llu, \"missing\": %s%s%s, \"threads\": [",
		d->in->pid, d->in->version_text, (unsigned long long)d->m->stopped_ns,
		cut ? "\"" : "", cut ? cut : "null", cut ? "\"" : "");
	for (size_t i = 0; i < d->n; i++) {
		json_t *thread = thread_json(d, &d->threads[i]);

		fputs(i ? "," : "\n", out);
		if (json__dump(thread, 0, out))
			return -1;
	}
	fputs("]}\n", out);
	return ferror(out) ? -1 : 0;
}
