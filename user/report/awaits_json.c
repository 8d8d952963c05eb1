/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/awaits_json.h"

#include <stdlib.h>

#include "base/mem.h"

static json_t *row_json(const struct profile *p, const struct prof_await *a)
{
	const struct prof_func *by = &p->funcs[a->func], *of = &p->funcs[a->task];
	json_t *row = json_pack("{s:s, s:I, s:s, s:s, s:I, s:s, s:s, s:I, s:I}", "caller_file",
				by->file, "caller_line", (json_int_t)by->line, "caller_name",
				by->name, "task_file", of->file, "task_line", (json_int_t)of->line,
				"task_name", of->name, "in", prof_awaits[a->in], "tasks",
				(json_int_t)prof_count(a->tasks), "ns", (json_int_t)prof_ns(a->ns));

	if (a->path != PROF_NONE)
		json_object_set_new(row, "path", json_integer(a->path));
	return row;
}

/* Awaits alone, by functions. */
static struct profile *without_paths(const struct profile *p)
{
	struct profile *to = profile__new();
	uint32_t *same = xcalloc(p->nfuncs + 1, sizeof(*same));

	for (uint32_t i = 0; i < p->nfuncs; i++)
		same[i] = i;
	profile__add_awaits(to, p, same, NULL, NULL);
	free(same);
	return to;
}

json_t *awaits_json(const struct profile *p, bool paths)
{
	struct profile *folded = paths ? NULL : without_paths(p);
	const struct profile *of = folded ? folded : p;
	json_t *all = of->awaits.n ? json_array() : NULL;

	for (size_t i = 0; i < of->awaits.n; i++) {
		if (of->awaits.v[i].tasks || of->awaits.v[i].ns)
			json_array_append_new(all, row_json(p, &of->awaits.v[i]));
	}
	profile__free(folded);
	return all;
}

int awaits_json__load(const struct rows_json *l, json_t *row)
{
	const char *files[2], *names[2], *word;
	json_int_t lines[2], tasks, ns, path = -1;
	struct prof_await a = {.path = PROF_NONE};
	int in;

	if (json_unpack(row, "{s:s, s:I, s:s, s:s, s:I, s:s, s:s, s:I, s:I, s?I}", "caller_file",
			&files[0], "caller_line", &lines[0], "caller_name", &names[0], "task_file",
			&files[1], "task_line", &lines[1], "task_name", &names[1], "in", &word,
			"tasks", &tasks, "ns", &ns, "path", &path))
		return -1;
	in = rows_json__index(prof_awaits, word);
	if (in < 0 || lines[0] < 0 || lines[0] > UINT32_MAX || lines[1] < 0 ||
	    lines[1] > UINT32_MAX || !COUNTS(tasks) || ns < 0 || !TIMES(ns) || path < -1 ||
	    path >= (json_int_t)l->p->npaths)
		return -1;
	a.in = (enum prof_await_in)in;
	a.func = profile__func(l->p, files[0], (uint32_t)lines[0], names[0], NULL);
	a.task = profile__func(l->p, files[1], (uint32_t)lines[1], names[1], NULL);
	if (path >= 0 && l->p->paths[path].func != a.func)
		return -1;
	if (path >= 0)
		a.path = (uint32_t)path;
	a.tasks = (uint64_t)tasks;
	a.ns = ns;
	profile__add_await(l->p, &a);
	return 0;
}
