/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each field is checked. */
#include "report/rows_json.h"

#include <string.h>

#include "base/mem.h"
#include "model/bias.h"
#include "report/io_json.h"
#include "report/life_json.h"
#include "report/reasons_json.h"
#include "report/strip_json.h"

bool rows_json__are_counts(const json_int_t *v, size_t n)
{
	while (n && v[n - 1] >= 0 && (uint64_t)v[n - 1] <= PROF_COUNT_MAX)
		n--;
	return !n;
}

bool rows_json__are_times(const json_int_t *v, size_t n)
{
	while (n && v[n - 1] == prof_ns(v[n - 1]))
		n--;
	return !n;
}

/* The name of a time as it was measured. In bpfprof/1 the plain names were those of raw times. */
static const char *raw(const struct rows_json *l, const char *name)
{
	return l->plain_is_raw ? name + strlen("raw_") : name;
}

/* Of several constants, added up, are left what was taken off and how far off that may be. */
static int load_correction(const struct rows_json *l, struct prof_stat *st, json_t *row)
{
	json_int_t own, cum, error = 0;

	if (l->plain_is_raw || l->p->target.bias.from != PROF_BIAS_NONE)
		return 0;
	if (json_unpack(row, "{s:I, s:I, s?I}", "tottime_ns", &own, "cumtime_ns", &cum, "error_ns",
			&error) ||
	    !TIMES(own, cum, error) || error < 0)
		return -1;
	st->settled_error_ns = error;
	st->own_bias_ns = st->tottime_ns - own;
	st->cum_bias_ns = st->cumtime_ns - cum;
	st->tottime_ns = own;
	st->cumtime_ns = cum;
	return 0;
}

int rows_json__stat(const struct rows_json *l, struct prof_stat *st, json_t *row)
{
	json_int_t calls, primitive, own, cum, children, beneath,
		firsts = 0, open = 0, still = 0, others = 0, own_off, own_wait, cum_off, cum_wait;

	if (json_unpack(
		    row, "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s?I, s?I, s?I, s?I}",
		    "ncalls", &calls, "primitive_calls", &primitive, raw(l, "raw_tottime_ns"), &own,
		    raw(l, "raw_cumtime_ns"), &cum, "own_off_ns", &own_off, "own_runnable_ns",
		    &own_wait, "cum_off_ns", &cum_off, "cum_runnable_ns", &cum_wait, "child_calls",
		    &children, "calls_beneath", &beneath, "first_calls", &firsts, "open", &open,
		    "still_open", &still, "other_events", &others) ||
	    !COUNTS(calls, primitive, children, beneath, firsts, open, still, others) ||
	    primitive > calls || !TIMES(own, cum, own_off, own_wait, cum_off, cum_wait))
		return -1;
	*st = (struct prof_stat){.ncalls = calls,
				 .primitive_calls = primitive,
				 .tottime_ns = own,
				 .cumtime_ns = cum,
				 .own_away = {.off_ns = own_off, .wait_ns = own_wait},
				 .cum_away = {.off_ns = cum_off, .wait_ns = cum_wait},
				 .child_calls = children,
				 .first_calls = firsts,
				 .other_events = others,
				 .calls_beneath = beneath,
				 .open = open,
				 .still = still};
	if (reasons_json__load(&st->own_away, json_object_get(row, "own_reasons")) ||
	    reasons_json__load(&st->cum_away, json_object_get(row, "cum_reasons")) ||
	    life_json__load(&st->life, row))
		return -1;
	return load_correction(l, st, row);
}

int rows_json__index(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], word))
			return i;
	}
	return -1;
}

int rows_json__function(const struct rows_json *l, json_t *row)
{
	struct profile *p = l->p;
	const char *file, *name, *word = prof_kinds[ACC_KIND_PYTHON];
	json_t *qualname;
	json_int_t line;
	size_t before = p->nfuncs;
	int kind;

	if (json_unpack(row, "{s:s, s:I, s:s, s:o, s?s}", "file", &file, "line", &line, "name",
			&name, "qualname", &qualname, "kind", &word))
		return -1;
	kind = rows_json__index(prof_kinds, word);
	if (kind < 0 || (!json_is_string(qualname) && !json_is_null(qualname)) || line < 0 ||
	    line > UINT32_MAX)
		return -1;
	profile__func(p, file, line, name, json_string_value(qualname));
	if (p->nfuncs == before)
		return -1; /* the same function twice */
	p->funcs[before].kind = kind;
	return rows_json__stat(l, &p->funcs[before].stat, row) ||
	       io_json__load(p, PROF_FUNCS, before, row);
}

int rows_json__edge(const struct rows_json *l, json_t *row)
{
	struct profile *p = l->p;
	json_int_t caller, callee;
	size_t before = p->nedges;
	struct prof_edge *e;

	if (json_unpack(row, "{s:I, s:I}", "caller", &caller, "callee", &callee))
		return -1;
	if (caller < 0 || callee < 0 || (size_t)caller >= p->nfuncs || (size_t)callee >= p->nfuncs)
		return -1;
	e = profile__edge(p, caller, callee);
	return p->nedges == before || rows_json__stat(l, &e->stat, row) ||
	       io_json__load(p, PROF_EDGES, before, row);
}

int rows_json__thread(const struct rows_json *l, json_t *row)
{
	struct profile *p = l->p;
	const char *name;
	json_int_t pid = p->target.pid, tid, n, own, ns, off, wait, start, end, switches = 0,
		   idle = 0, untold = 0, untold_ns = 0;
	struct prof_thread *t;

	if (json_unpack(row,
			"{s?I, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s?I, s?I, s?I, s?I}",
			"pid", &pid, "tid", &tid, "name", &name, "ncalls", &n,
			raw(l, "raw_tottime_ns"), &own, "tottime_ns", &ns, "off_ns", &off,
			"runnable_ns", &wait, "start_ns", &start, "end_ns", &end, "switches",
			&switches, "idle_ns", &idle, "untold", &untold, "untold_ns", &untold_ns))
		return -1;
	if (pid < 0 || pid > UINT32_MAX || tid < 0 || tid > UINT32_MAX ||
	    !COUNTS(n, switches, untold) || start < 0 || end < 0 || idle < 0 || untold_ns < 0 ||
	    !TIMES(own, ns, off, wait, start, end, idle, untold_ns))
		return -1;
	t = profile__add_thread(p, tid, name);
	t->pid = pid;
	t->ncalls = n;
	t->bias_ns = l->plain_is_raw || p->target.bias.from != PROF_BIAS_NONE ? 0 : own - ns;
	t->tottime_ns = own - t->bias_ns;
	t->away = (struct prof_away){.off_ns = off, .wait_ns = wait};
	t->idle_ns = idle;
	t->switches = switches;
	t->untold = untold;
	t->untold_ns = untold_ns;
	t->start_ns = start;
	t->end_ns = end;
	return reasons_json__load(&t->away, json_object_get(row, "reasons")) ||
	       strip_json__load(t, row);
}
