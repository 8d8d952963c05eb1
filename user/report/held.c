/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/held.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "model/holds.h"

#define SHOWN 3	    /* in the line */
#define LEAST 0.005 /* of all waits, to be in the line: below that it would be 0 % */

/* The longest first. */
static int by_ns(const void *a, const void *b)
{
	const struct prof_hold *const *x = a, *const *y = b;

	if ((*x)->ns != (*y)->ns)
		return (*x)->ns < (*y)->ns ? 1 : -1;
	return *x < *y ? -1 : 1;
}

static const struct prof_hold **in_order(const struct profile *p)
{
	const struct prof_hold **v = xcalloc(p->nholds, sizeof(const struct prof_hold *));

	for (size_t i = 0; i < p->nholds; i++)
		v[i] = &p->holds[i];
	if (p->nholds)
		qsort(v, p->nholds, sizeof(*v), by_ns);
	return v;
}

static bool is_worth_it(int64_t ns, int64_t whole)
{
	return (double)ns >= LEAST * (double)whole;
}

bool held__is_known(const struct profile *p)
{
	const struct prof_gil_wait wait = profile__gil_wait(p);

	return wait.ns && is_worth_it(wait.ns - wait.unknown_ns, wait.ns);
}

static double percent(int64_t part, int64_t whole)
{
	return 100 * (double)part / (double)whole;
}

/* What a function held in all threads. */
struct by_func {
	const struct prof_hold *first; /* in the profile */
	size_t threads;
	int64_t ns;
};

static int by_func_ns(const void *a, const void *b)
{
	const struct by_func *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? 1 : -1;
	return x->first < y->first ? -1 : 1;
}

static int by_function(const void *a, const void *b)
{
	const struct prof_hold *x = ((const struct by_func *)a)->first;
	const struct prof_hold *y = ((const struct by_func *)b)->first;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = strcmp(x->file, y->file);
	if (!order && x->line != y->line)
		order = x->line < y->line ? -1 : 1;
	return order ? order : x < y ? -1 : x > y;
}

static struct by_func *by_funcs(const struct profile *p, size_t *n)
{
	struct by_func *v = xcalloc(p->nholds + 1, sizeof(*v));

	for (size_t i = 0; i < p->nholds; i++)
		v[i] = (struct by_func){&p->holds[i], 1, p->holds[i].ns};
	qsort(v, p->nholds, sizeof(*v), by_function);
	*n = 0;
	for (size_t i = 0; i < p->nholds; i++) {
		if (!*n || !prof_hold__same(v[*n - 1].first, v[i].first)) {
			v[(*n)++] = v[i];
			continue;
		}
		v[*n - 1].threads++;
		v[*n - 1].ns = prof_ns(v[*n - 1].ns + v[i].ns);
	}
	qsort(v, *n, sizeof(*v), by_func_ns);
	return v;
}

/* Where there are several processes, a thread's name does not tell it from others. */
static char *holder_text(const struct profile *p, const struct by_func *f)
{
	const struct prof_thread *t = &p->threads[f->first->thread];

	if (f->threads > 1)
		return xasprintf("%zu threads in %s", f->threads, f->first->name);
	if (p->nprocesses < 2)
		return xasprintf("%s in %s", t->name, f->first->name);
	return xasprintf("%s (%u) in %s", t->name, prof_thread__pid(p, t), f->first->name);
}

static void print_holder(const struct profile *p, const struct by_func *f, int64_t whole, FILE *out)
{
	char *text = holder_text(p, f);
	char *safe = escaped(text, ESCAPE_TERMINAL);

	fprintf(out, " %s %.0f %%,", safe, percent(f->ns, whole));
	free(text);
	free(safe);
}

void held__print(const struct profile *p, FILE *out)
{
	const struct prof_gil_wait wait = profile__gil_wait(p);
	int64_t others = wait.ns - wait.free_ns - wait.unknown_ns;
	size_t n;
	struct by_func *v = by_funcs(p, &n);

	fputs("   GIL: held meanwhile by", out);
	for (size_t i = 0; i < n && i < SHOWN && is_worth_it(v[i].ns, wait.ns); i++) {
		print_holder(p, &v[i], wait.ns, out);
		others -= v[i].ns;
	}
	if (is_worth_it(others, wait.ns))
		fprintf(out, " others %.0f %%,", percent(others, wait.ns));
	if (is_worth_it(wait.free_ns, wait.ns))
		fprintf(out, " nobody %.0f %%,", percent(wait.free_ns, wait.ns));
	fprintf(out, " unknown %.0f %%\n", percent(wait.unknown_ns, wait.ns));
	free(v);
}

json_t *held__json(const struct profile *p)
{
	const struct prof_gil_wait wait = profile__gil_wait(p);
	const struct prof_hold **v = in_order(p);
	json_t *rows = json_array();

	for (size_t i = 0; i < p->nholds; i++) {
		const struct prof_thread *t = &p->threads[v[i]->thread];

		json_array_append_new(rows,
				      json_pack("{s:I, s:I, s:s, s:s, s:I, s:s, s:I}", "thread",
						(json_int_t)v[i]->thread, "tid", (json_int_t)t->tid,
						"thread_name", t->name, "file", v[i]->file, "line",
						(json_int_t)v[i]->line, "name", v[i]->name, "ns",
						(json_int_t)v[i]->ns));
	}
	free(v);
	if (!wait.ns) {
		json_decref(rows);
		return NULL;
	}
	return json_pack("{s:I, s:o, s:I, s:I}", "wait_ns", (json_int_t)wait.ns, "held", rows,
			 "free_ns", (json_int_t)wait.free_ns, "unknown_ns",
			 (json_int_t)wait.unknown_ns);
}

static int load_row(struct profile *p, json_t *row)
{
	json_int_t thread, line, ns;
	const char *file, *name;

	if (json_unpack(row, "{s:I, s:s, s:I, s:s, s:I}", "thread", &thread, "file", &file, "line",
			&line, "name", &name, "ns", &ns) ||
	    thread < 0 || (size_t)thread >= p->nthreads || line < 0 || line > UINT32_MAX ||
	    ns < 0 || ns != prof_ns(ns))
		return -1;
	profile__copy_hold(
		p,
		&(struct prof_hold){.thread = thread, .name = (char *)name, .line = line, .ns = ns},
		0, file);
	return 0;
}

int held__load(struct profile *p, const json_t *gil)
{
	const json_t *rows = json_object_get(gil, "held"), *none = json_object_get(gil, "free_ns");
	const json_int_t ns = none ? json_integer_value(none) : 0; /* of before it was told */
	json_t *row;
	size_t i;

	if (!json_is_array(rows) || ns < 0 || ns != prof_ns(ns) || (none && !json_is_integer(none)))
		return -1;
	profile__add_free(p, ns);
	json_array_foreach(rows, i, row)
	{
		if (load_row(p, row))
			return -1;
	}
	return profile__gil_wait(p).unknown_ns < 0 ? -1 : 0;
}
