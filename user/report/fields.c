/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What rows have, and the two who take it. */
#include "report/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/bias.h"
#include "model/run.h"
#include "report/jsonout.h"
#include "report/life_json.h"
#include "report/paths_json.h"
#include "report/tracks_json.h"

/* --- rows --------------------------------------------------------------------------------------
 */

int64_t fields__raw_ns(int64_t ns, int64_t taken_off)
{
	return prof_ns(prof_ns(ns) + prof_ns(taken_off));
}

#define NUMBER(name, value) f->number(to, name, value)
#define COUNT(name, value)  f->number(to, name, json_cut(value))
#define TEXT(name, value)   f->text(to, name, value)
#define REASONS(name, away) f->group(to, name, &FIELDS_REASONS(away))
#define IO(name, io)	    f->group(to, name, &FIELDS_IO(io))

static void stat_fields(const struct profile *p, const struct prof_stat *st,
			const struct prof_ios *io, const struct prof_bias *b,
			const struct fields *f, void *to)
{
	COUNT("ncalls", st->ncalls);
	COUNT("primitive_calls", st->primitive_calls);
	NUMBER("tottime_ns", st->tottime_ns);
	NUMBER("cumtime_ns", st->cumtime_ns);
	NUMBER("error_ns", (int64_t)prof_bias__error(b, st));
	f->boolean(to, "is_estimate", prof_stat__is_estimate(st));
	NUMBER("raw_tottime_ns", fields__raw_ns(st->tottime_ns, st->own_bias_ns));
	NUMBER("raw_cumtime_ns", fields__raw_ns(st->cumtime_ns, st->cum_bias_ns));
	NUMBER("own_off_ns", st->own_away.off_ns);
	NUMBER("own_runnable_ns", st->own_away.wait_ns);
	NUMBER("cum_off_ns", st->cum_away.off_ns);
	NUMBER("cum_runnable_ns", st->cum_away.wait_ns);
	REASONS("own_reasons", &st->own_away);
	REASONS("cum_reasons", &st->cum_away);
	COUNT("child_calls", st->child_calls);
	COUNT("first_calls", st->first_calls);
	COUNT("calls_beneath", st->calls_beneath);
	COUNT("open", st->open);
	f->rare(to, "still_open", json_cut(st->still));
	f->rare(to, "other_events", json_cut(st->other_events));
	if (p->target.coroutines)
		life_json__tell(&st->life, f, to);
	if (!p->target.io)
		return;
	IO("own_io", &io->own);
	IO("cum_io", &io->cum);
}

void fields__function(const struct profile *p, const struct prof_bias *of, size_t i,
		      const struct fields *f, void *to)
{
	const struct prof_func *func = &p->funcs[i];

	NUMBER("id", (int64_t)i);
	TEXT("file", func->file);
	NUMBER("line", func->line);
	TEXT("name", func->name);
	TEXT("qualname", func->qualname);
	TEXT("kind", prof_kinds[func->kind]);
	stat_fields(p, &func->stat, profile__io(p, PROF_FUNCS, i), &of[i], f, to);
}

void fields__edge(const struct profile *p, const struct prof_bias *of, size_t i,
		  const struct fields *f, void *to)
{
	const struct prof_edge *e = &p->edges[i];
	const struct prof_func *caller = &p->funcs[e->caller], *callee = &p->funcs[e->callee];

	NUMBER("caller", e->caller);
	NUMBER("callee", e->callee);
	TEXT("caller_file", caller->file);
	NUMBER("caller_line", caller->line);
	TEXT("caller_name", caller->name);
	TEXT("callee_file", callee->file);
	NUMBER("callee_line", callee->line);
	TEXT("callee_name", callee->name);
	stat_fields(p, &e->stat, profile__io(p, PROF_EDGES, i), &of[e->callee], f, to);
}

void fields__path(const struct profile *p, const struct prof_bias *of, size_t i,
		  const struct fields *f, void *to)
{
	const struct prof_path *path = &p->paths[i];
	const struct prof_func *func = &p->funcs[path->func];

	NUMBER("id", (int64_t)i);
	NUMBER("parent", paths_json__parent(path));
	NUMBER("function", path->func);
	TEXT("file", func->file);
	NUMBER("line", func->line);
	TEXT("name", func->name);
	stat_fields(p, &path->stat, profile__io(p, PROF_PATHS, i), &of[path->func], f, to);
}

void fields__run(const struct profile *p, const struct prof_bias *of, size_t i,
		 const struct fields *f, void *to)
{
	static const struct prof_ios none;
	const struct prof_stat run = profile__run(p);
	const struct prof_bias nothing = {0};

	(void)of, (void)i;
	stat_fields(p, &run, &none, &nothing, f, to);
}

/* --- as a tree ---------------------------------------------------------------------------------
 */

static void tree_number(void *to, const char *name, int64_t value)
{
	json_object_set_new(to, name, json_integer(value));
}

static void tree_rare(void *to, const char *name, int64_t value)
{
	if (value)
		tree_number(to, name, value);
}

static void tree_boolean(void *to, const char *name, bool value)
{
	json_object_set_new(to, name, json_boolean(value));
}

static void tree_text(void *to, const char *name, const char *value)
{
	json_object_set_new(to, name, value ? json_string(value) : json_null());
}

json_t *fields__group(const struct fields_group *g)
{
	json_t *all = json_object();

	for (size_t i = 0; i < g->n; i++) {
		char *key;

		if (!g->values[i])
			continue;
		key = xasprintf("%s%s", g->names[i], g->suffix);
		json_object_set_new(all, key, json_integer(g->values[i]));
		free(key);
	}
	return all;
}

static void tree_group(void *to, const char *name, const struct fields_group *g)
{
	json_object_set_new(to, name, fields__group(g));
}

json_t *fields__tree(fields__row *row, const struct profile *p, const struct prof_bias *of,
		     size_t i)
{
	static const struct fields f = {tree_number, tree_rare, tree_boolean, tree_text,
					tree_group};
	json_t *tree = json_object();

	row(p, of, i, &f, tree);
	return tree;
}

/* --- written at once ---------------------------------------------------------------------------
 */

struct writing {
	FILE *out;
	char before; /* what the next field stands behind */
};

static void put(const char *text, struct writing *w)
{
	fwrite_unlocked(text, 1, strlen(text), w->out);
}

static void put_name(const char *name, struct writing *w)
{
	putc_unlocked(w->before, w->out);
	w->before = ',';
	putc_unlocked('"', w->out);
	put(name, w);
	put("\":", w);
}

static void put_number(int64_t value, struct writing *w)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char text[24], *at = text + sizeof(text);

	*--at = '\0';
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--at = '-';
	put(at, w);
}

static bool is_plain(const char *text)
{
	while (*text >= ' ' && *text < 0x7f && *text != '"' && *text != '\\')
		text++;
	return !*text;
}

static void write_number(void *to, const char *name, int64_t value)
{
	put_name(name, to);
	put_number(value, to);
}

static void write_rare(void *to, const char *name, int64_t value)
{
	if (value)
		write_number(to, name, value);
}

static void write_boolean(void *to, const char *name, bool value)
{
	put_name(name, to);
	put(value ? "true" : "false", to);
}

static void write_text(void *to, const char *name, const char *value)
{
	struct writing *w = to;

	put_name(name, w);
	if (!value) {
		put("null", w);
	} else if (is_plain(value)) {
		putc_unlocked('"', w->out);
		put(value, w);
		putc_unlocked('"', w->out);
	} else {
		json__print(json_string(value), w->out);
	}
}

static void write_group(void *to, const char *name, const struct fields_group *g)
{
	struct writing *w = to, inner = {w->out, '{'};

	put_name(name, w);
	for (size_t i = 0; i < g->n; i++) {
		if (!g->values[i])
			continue;
		putc_unlocked(inner.before, w->out);
		inner.before = ',';
		putc_unlocked('"', w->out);
		put(g->names[i], w);
		put(g->suffix, w);
		put("\":", w);
		put_number(g->values[i], w);
	}
	put(inner.before == '{' ? "{}" : "}", w);
}

void fields__write(fields__row *row, const struct profile *p, const struct prof_bias *of, size_t i,
		   FILE *out)
{
	static const struct fields f = {write_number, write_rare, write_boolean, write_text,
					write_group};
	struct writing w = {out, '{'};

	row(p, of, i, &f, &w);
	putc_unlocked('}', out);
}
