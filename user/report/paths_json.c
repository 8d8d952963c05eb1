/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Call paths in JSON. */
#include "report/paths_json.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/io_json.h"
#include "report/life_json.h"

/* Figures by column, all of them 64 bits wide; raw ones have what was taken off added. */
static const struct column {
	const char *name;
	size_t at, bias;	/* in struct prof_stat; bias 0: no such */
	bool is_count, is_life; /* of coroutines, where they were timed */
	bool is_rare;		/* only where there is any */
} columns[] = {
#define COUNT(field)                                                                               \
	{                                                                                          \
#field, offsetof(struct prof_stat, field), 0, true, false, false                   \
	}
#define TIME(name, field)                                                                          \
	{                                                                                          \
		name, offsetof(struct prof_stat, field), 0, false, false, false                    \
	}
#define RAW(name, field, of)                                                                       \
	{                                                                                          \
		name, offsetof(struct prof_stat, field), offsetof(struct prof_stat, of), false,    \
			false, false                                                               \
	}
	COUNT(ncalls),
	COUNT(primitive_calls),
	TIME("tottime_ns", tottime_ns),
	TIME("cumtime_ns", cumtime_ns),
	RAW("raw_tottime_ns", tottime_ns, own_bias_ns),
	RAW("raw_cumtime_ns", cumtime_ns, cum_bias_ns),
	TIME("own_off_ns", own_away.off_ns),
	TIME("own_runnable_ns", own_away.wait_ns),
	TIME("cum_off_ns", cum_away.off_ns),
	TIME("cum_runnable_ns", cum_away.wait_ns),
	COUNT(child_calls),
	COUNT(first_calls),
	COUNT(calls_beneath),
#define ACC_REASON(ID, name, what)                                                                 \
	{"own_" #name "_ns",                                                                       \
	 offsetof(struct prof_stat, own_away.reason_ns[PROF_REASON_##ID]),                         \
	 0,                                                                                        \
	 false,                                                                                    \
	 false,                                                                                    \
	 true},                                                                                    \
		{"cum_" #name "_ns",                                                               \
		 offsetof(struct prof_stat, cum_away.reason_ns[PROF_REASON_##ID]),                 \
		 0,                                                                                \
		 false,                                                                            \
		 false,                                                                            \
		 true},
#include "bpfprof/reasons.def"
	{"open", offsetof(struct prof_stat, open), 0, true, false, true},
	{"still_open", offsetof(struct prof_stat, still), 0, true, false, true},
	{"other_events", offsetof(struct prof_stat, other_events), 0, true, false, true},
	{"error_ns", offsetof(struct prof_stat, settled_error_ns), 0, true, false, true},
#define LIFE_COUNT(name)                                                                           \
	{LIFE_COUNT_NAME(name), offsetof(struct prof_stat, life.name), 0, true, true, false},
#define LIFE_TIME(name)                                                                            \
	{LIFE_TIME_NAME(name), offsetof(struct prof_stat, life.name##_ns), 0, false, true, false},
	PROF_LIFE_MEMBERS(LIFE_COUNT, LIFE_TIME)};

#define NCOLUMNS (sizeof(columns) / sizeof(*columns))

static int64_t *figure(const struct prof_stat *st, size_t at)
{
	return (int64_t *)((char *)st + at);
}

static json_int_t value_of(const struct column *c, const struct prof_stat *st)
{
	int64_t v = *figure(st, c->at);

	if (c->is_count)
		return (json_int_t)prof_count((uint64_t)v);
	return prof_ns(prof_ns(v) + (c->bias ? prof_ns(*figure(st, c->bias)) : 0));
}

json_int_t paths_json__parent(const struct prof_path *path)
{
	return path->parent < PROF_FOLDED ? (json_int_t)path->parent : (int32_t)path->parent;
}

#define IO_NAME	   64 /* bytes */
#define IO_COLUMNS (2 * PROF_IO_FIGURES)

/* What was read and written, by the place in struct prof_ios: "own_file_reads" is file_reads in
 * own_io. */
static void io_name(size_t i, char name[IO_NAME])
{
	snprintf(name, IO_NAME, "%s_%s", i < PROF_IO_FIGURES ? "own" : "cum",
		 io_json_names[i % PROF_IO_FIGURES]);
}

/* Columns in which there is anything. */
static void set_io(json_t *all, const struct profile *p)
{
	char name[IO_NAME];

	for (size_t i = 0; i < IO_COLUMNS; i++) {
		json_t *column = json_array();
		bool any = false;

		for (size_t k = 0; k < p->npaths; k++) {
			const int64_t v = PROF_IO_FIGURE(profile__io(p, PROF_PATHS, k), i);

			any |= v != 0;
			json_array_append_new(column, json_integer(v));
		}
		io_name(i, name);
		if (any)
			json_object_set(all, name, column);
		json_decref(column);
	}
}

static bool any_in(const struct column *c, const struct profile *p)
{
	size_t i = 0;

	while (i < p->npaths && !*figure(&p->paths[i].stat, c->at))
		i++;
	return i < p->npaths;
}

json_t *paths_json(const struct profile *p)
{
	json_t *all = json_object(), *parents = json_array(), *funcs = json_array();

	for (size_t i = 0; i < p->npaths; i++) {
		json_array_append_new(parents, json_integer(paths_json__parent(&p->paths[i])));
		json_array_append_new(funcs, json_integer(p->paths[i].func));
	}
	json_object_set_new(all, "parent", parents);
	json_object_set_new(all, "function", funcs);
	for (size_t k = 0; k < NCOLUMNS; k++) {
		json_t *column;

		if ((columns[k].is_life && !p->target.coroutines) ||
		    (columns[k].is_rare && !any_in(&columns[k], p)))
			continue;
		column = json_array();
		for (size_t i = 0; i < p->npaths; i++)
			json_array_append_new(
				column, json_integer(value_of(&columns[k], &p->paths[i].stat)));
		json_object_set_new(all, columns[k].name, column);
	}
	if (p->target.io)
		set_io(all, p);
	return all;
}

/* An element of a column, within bounds. */
static bool get(const json_t *column, size_t i, json_int_t least, json_int_t most, json_int_t *v)
{
	const json_t *e = json_array_get(column, i);

	*v = json_integer_value(e);
	return json_is_integer(e) && *v >= least && *v <= most;
}

static int load_figure(const struct column *c, const json_t *column, size_t i, struct prof_stat *st)
{
	json_int_t v, most = c->is_count ? (json_int_t)PROF_COUNT_MAX : PROF_NS_MAX;

	if (!get(column, i, c->is_count ? 0 : -PROF_NS_MAX, most, &v))
		return -1;
	if (c->bias)
		*figure(st, c->bias) = prof_ns(v - *figure(st, c->at));
	else
		*figure(st, c->at) = v;
	return 0;
}

static int load_io(struct profile *p, const json_t *all)
{
	char name[IO_NAME];

	for (size_t i = 0; i < IO_COLUMNS; i++) {
		const json_t *column;
		json_int_t v;

		io_name(i, name);
		column = json_object_get(all, name);
		if (column && json_array_size(column) != p->npaths)
			return -1;
		for (size_t k = 0; column && k < p->npaths; k++) {
			if (!get(column, k, 0, PROF_NS_MAX, &v))
				return -1;
			PROF_IO_FIGURE(profile__make_io(p, PROF_PATHS, k), i) = v;
		}
	}
	return 0;
}

/* The tree: each path once, and its parent before it. */
static int load_shape(struct profile *p, json_t *all)
{
	const json_t *parents = json_object_get(all, "parent");
	const json_t *funcs = json_object_get(all, "function");

	for (size_t i = 0; i < json_array_size(parents); i++) {
		json_int_t parent, func;

		if (!get(parents, i, (int32_t)PROF_FOLDED, (json_int_t)i - 1, &parent) ||
		    !get(funcs, i, 0, (json_int_t)p->nfuncs - 1, &func) ||
		    profile__path(p, (uint32_t)parent, (uint32_t)func) != i)
			return -1;
	}
	return json_array_size(funcs) == p->npaths ? 0 : -1;
}

static void settle(struct profile *p)
{
	for (size_t i = 0; i < p->npaths && p->target.bias.from != PROF_BIAS_NONE; i++) {
		struct prof_stat *st = &p->paths[i].stat;

		st->tottime_ns = prof_ns(st->tottime_ns + st->own_bias_ns);
		st->cumtime_ns = prof_ns(st->cumtime_ns + st->cum_bias_ns);
		st->own_bias_ns = st->cum_bias_ns = st->settled_error_ns = 0;
	}
}

int paths_json__load(struct profile *p, json_t *all)
{
	if (!json_is_object(all) || load_shape(p, all))
		return -1;
	for (size_t k = 0; k < NCOLUMNS; k++) {
		const json_t *column = json_object_get(all, columns[k].name);

		if ((columns[k].is_life || columns[k].is_rare) && !column)
			continue;
		if (json_array_size(column) != p->npaths)
			return -1;
		for (size_t i = 0; i < p->npaths; i++) {
			if (load_figure(&columns[k], column, i, &p->paths[i].stat))
				return -1;
		}
	}
	if (load_io(p, all))
		return -1;
	settle(p);
	return 0;
}
