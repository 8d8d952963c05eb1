/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A profile without some of its functions, whose own time may go to those that called them. */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/amount.h"
#include "model/callers.h"
#include "model/run.h"

#define ROUNDS 64 /* of handing on, among hidden functions that call each other */

struct folding {
	const struct profile *from;
	struct profile *to;
	const bool *hidden;
	uint32_t *map;		/* of the functions that stay */
	struct amount *pending; /* of hidden functions: to be handed to who called them */
	struct amount nobodys;	/* called by none that is shown */
	int64_t estimated_ns;	/* handed by shares to functions that stay */
	int64_t *beneath_ns;	/* per function, in those that it called and that stay */
	struct prof_stat hidden_calls;
	uint32_t hidden_row; /* with folding */
	uint32_t *keepers;   /* per path, itself or the nearest above it whose function stays;
			      * beyond the paths: there is none */
};

static void add_io(struct folding *f, enum prof_rows of, size_t row, const struct prof_ios *io)
{
	if (f->from->target.io)
		prof_ios__add(profile__make_io(f->to, of, row), io);
}

static void give(struct folding *f, uint32_t func, const struct amount *a)
{
	struct prof_stat *st;

	if (f->hidden[func]) {
		amount__add(&f->pending[func], a, 1);
		return;
	}
	st = &f->to->funcs[f->map[func]].stat;
	prof_stat__add(st, &(struct prof_stat){.tottime_ns = a->own,
					       .own_away = a->away,
					       .own_bias_ns = a->bias});
	add_io(f, PROF_FUNCS, f->map[func], &(struct prof_ios){.own = a->io});
}

static struct amount amount_of_path(const struct folding *f, size_t i)
{
	return amount__of(&f->from->paths[i].stat, profile__io(f->from, PROF_PATHS, i));
}

/* Who called whom on which path is known: nothing is to be shared out. */
static void give_by_paths(struct folding *f)
{
	for (size_t i = 0; i < f->from->npaths; i++) {
		struct amount a = amount_of_path(f, i);

		if (f->keepers[i] == i || f->keepers[i] >= f->from->npaths)
			continue;
		amount__add(&f->nobodys, &a, -1);
		give(f, f->from->paths[f->keepers[i]].func, &a);
	}
}

static void take_hidden(struct folding *f)
{
	for (size_t i = 0; i < f->from->nfuncs; i++) {
		struct amount a =
			amount__of(&f->from->funcs[i].stat, profile__io(f->from, PROF_FUNCS, i));

		if (f->hidden[i])
			amount__add(&f->nobodys, &a, 1);
	}
}

/* What each pair of functions says is known: own time of the callee in calls by this caller. */
static void give_known(struct folding *f)
{
	for (size_t i = 0; i < f->from->nedges; i++) {
		const struct prof_edge *e = &f->from->edges[i];
		struct amount a = amount__of(&e->stat, profile__io(f->from, PROF_EDGES, i));

		if (!f->hidden[e->callee])
			continue;
		amount__add(&f->nobodys, &a, -1);
		give(f, e->caller, &a);
	}
}

/* Own time and that of the functions called is no more than what it is in all: what is beyond that
 * is nobody's. */
static void give_with_room(struct folding *f, uint32_t func, struct amount a)
{
	const struct prof_stat *st = &f->from->funcs[func].stat;
	struct amount rest = a;
	int64_t room;

	if (!f->hidden[func]) {
		room = prof_ns(st->cumtime_ns - f->beneath_ns[func] -
			       f->to->funcs[f->map[func]].stat.tottime_ns);
		room = room > 0 ? room : 0;
		if (a.own > room)
			a = amount__share(&a, (double)room / a.own);
		f->estimated_ns += a.estimated;
	}
	give(f, func, &a);
	amount__add(&rest, &a, -1);
	amount__add(&f->nobodys, &rest, 1);
}

/* One round of handing on what hidden functions were given, to who called them, by the time that
 * each caller's calls took. */
static void hand_on(struct folding *f, const struct callers *callers)
{
	size_t n = f->from->nfuncs;
	struct amount *old = f->pending, *left = xcalloc(n, sizeof(*left));

	f->pending = xcalloc(n, sizeof(*f->pending));
	memcpy(left, old, n * sizeof(*left));
	for (size_t i = 0; i < f->from->nedges; i++) {
		const struct prof_edge *e = &f->from->edges[i];
		struct amount a;

		if (!f->hidden[e->callee] || e->caller == e->callee)
			continue;
		a = amount__share(&old[e->callee], callers__weight(e) / callers[e->callee].weight);
		amount__add(&left[e->callee], &a, -1);
		if (callers[e->callee].n > 1)
			a.estimated = a.own;
		give_with_room(f, e->caller, a);
	}
	for (size_t i = 0; i < n; i++)
		amount__add(&f->nobodys, &left[i], 1); /* no caller, and what rounding leaves */
	free(left);
	free(old);
}

static bool anything_pending(const struct folding *f)
{
	static const struct amount none;

	for (size_t i = 0; i < f->from->nfuncs; i++) {
		if (memcmp(&f->pending[i], &none, sizeof(none)) != 0)
			return true;
	}
	return false;
}

static int64_t *kept_beneath(const struct folding *f)
{
	int64_t *ns = xcalloc(f->from->nfuncs, sizeof(*ns));

	for (size_t i = 0; i < f->from->nedges; i++) {
		const struct prof_edge *e = &f->from->edges[i];

		if (e->caller != e->callee && !f->hidden[e->callee])
			ns[e->caller] = prof_ns(ns[e->caller] + e->stat.cumtime_ns);
	}
	return ns;
}

/* Without paths: what is known of pairs, and then on by shares. */
static void give_by_pairs(struct folding *f)
{
	size_t n = f->from->nfuncs;
	struct callers *callers = callers__of(f->from);

	f->pending = xcalloc(n, sizeof(*f->pending));
	f->beneath_ns = kept_beneath(f);
	give_known(f);
	for (int i = 0; i < ROUNDS && anything_pending(f); i++)
		hand_on(f, callers);
	for (size_t i = 0; i < n; i++)
		amount__add(&f->nobodys, &f->pending[i], 1);
	free(f->pending);
	free(f->beneath_ns);
	free(callers);
}

static void fold(struct folding *f)
{
	take_hidden(f);
	if (f->from->npaths)
		give_by_paths(f);
	else
		give_by_pairs(f);
}

static void keep_rows(struct folding *f)
{
	for (size_t i = 0; i < f->from->nfuncs; i++) {
		const struct prof_func *func = &f->from->funcs[i];

		if (f->hidden[i]) {
			f->hidden_calls.ncalls += func->stat.ncalls;
			f->hidden_calls.primitive_calls += func->stat.primitive_calls;
			continue;
		}
		f->map[i] =
			profile__func(f->to, func->file, func->line, func->name, func->qualname);
		f->to->funcs[f->map[i]].kind = func->kind;
		f->to->funcs[f->map[i]].stat = func->stat;
		profile__add_io(f->to, PROF_FUNCS, f->map[i], f->from, i);
	}
}

/* Edges between functions that stay; with all, those that are hidden are one function. */
static void keep_edges(struct folding *f, bool all)
{
	for (size_t i = 0; i < f->from->nedges; i++) {
		const struct prof_edge *e = &f->from->edges[i];
		struct prof_ios io = *profile__io(f->from, PROF_EDGES, i);
		struct prof_stat st = e->stat;
		struct prof_edge *to;

		if (!all && (f->hidden[e->caller] || f->hidden[e->callee]))
			continue;
		if (f->hidden[e->caller] && f->hidden[e->callee])
			continue;
		if (f->hidden[e->callee]) {
			st.tottime_ns = st.own_bias_ns = 0;
			st.own_away = (struct prof_away){0};
			io.own = (struct prof_io){.failed = 0};
		}
		to = profile__edge(f->to, f->map[e->caller], f->map[e->callee]);
		prof_stat__add(&to->stat, &st);
		add_io(f, PROF_EDGES, to - f->to->edges, &io);
	}
}

static void find_keepers(struct folding *f)
{
	f->keepers = xcalloc(f->from->npaths, sizeof(*f->keepers));
	for (uint32_t i = 0; i < f->from->npaths; i++) {
		const struct prof_path *path = &f->from->paths[i];

		f->keepers[i] = !f->hidden[path->func] ? i
				: path->parent < i     ? f->keepers[path->parent]
						       : path->parent;
	}
}

/* Those of functions that stay, each on the nearest one above it that stays too. map: of those
 * before it. */
static uint32_t keep_path(struct folding *f, uint32_t i, const uint32_t *map)
{
	const struct prof_path *path = &f->from->paths[i];
	const uint32_t keeper = path->parent < i ? f->keepers[path->parent] : path->parent;
	const uint32_t k =
		profile__path(f->to, keeper < i ? map[keeper] : keeper, f->map[path->func]);

	prof_stat__add(&f->to->paths[k].stat, &path->stat);
	add_io(f, PROF_PATHS, k, profile__io(f->from, PROF_PATHS, i));
	return k;
}

/* Own time of a path that does not stay is that of the one it is on; or nobody's, with its calls.
 */
static void fold_path(struct folding *f, uint32_t i, const uint32_t *map)
{
	const uint32_t keeper = f->keepers[i];
	const bool is_on_one = keeper < f->from->npaths;
	const uint32_t k = is_on_one ? map[keeper] : profile__path(f->to, keeper, f->hidden_row);
	const struct amount a = amount_of_path(f, i);
	struct prof_stat st = {.tottime_ns = a.own, .own_away = a.away, .own_bias_ns = a.bias};
	struct prof_ios io = {.own = a.io};

	if (!is_on_one) {
		st.ncalls = f->from->paths[i].stat.ncalls;
		st.primitive_calls = f->from->paths[i].stat.primitive_calls;
		st.cumtime_ns = a.own;
		st.cum_away = a.away;
		st.cum_bias_ns = a.bias;
		io.cum = a.io;
	}
	prof_stat__add(&f->to->paths[k].stat, &st);
	add_io(f, PROF_PATHS, k, &io);
}

static void keep_paths(struct folding *f, enum prof_hiding how)
{
	const size_t n = f->from->npaths;
	uint32_t *map = xcalloc(n, sizeof(*map));

	for (uint32_t i = 0; i < n; i++) {
		if (f->keepers[i] == i)
			map[i] = keep_path(f, i, map);
		else if (how == PROF_FOLD || (how == PROF_FOLD_AWAY && f->keepers[i] < n))
			fold_path(f, i, map);
	}
	profile__add_awaits(f->to, f->from, f->map, n ? map : NULL, f->hidden);
	free(map);
}

/* Events of functions that stay. */
static void keep_events(struct folding *f)
{
	for (size_t i = 0; i < f->from->nevents; i++) {
		struct prof_event e = f->from->events[i];

		if (f->hidden[e.func])
			continue;
		e.func = f->map[e.func];
		*ARR_PUSH(f->to->events, f->to->nevents) = e;
	}
}

/* Parts of functions that stay. What is folded into them is not known by thread. */
static void keep_parts(struct folding *f)
{
	for (size_t i = 0; i < f->from->nparts; i++) {
		struct prof_part part = f->from->parts[i];

		if (f->hidden[part.func])
			continue;
		part.func = f->map[part.func];
		*ARR_PUSH(f->to->parts, f->to->nparts) = part;
		add_io(f, PROF_PARTS, f->to->nparts - 1, profile__io(f->from, PROF_PARTS, i));
	}
}

/* The row that stands for all that is hidden: its calls, and the time that no function shown has
 * called for. */
static void add_hidden_row(struct folding *f)
{
	uint32_t row = profile__func(f->to, "~", 0, PROF_HIDDEN, NULL);
	struct prof_stat st = f->hidden_calls;

	st.tottime_ns = st.cumtime_ns = f->nobodys.own;
	st.own_away = st.cum_away = f->nobodys.away;
	st.own_bias_ns = st.cum_bias_ns = f->nobodys.bias;
	f->hidden_row = row;
	f->to->funcs[row].stat = st;
	add_io(f, PROF_FUNCS, row, &(struct prof_ios){f->nobodys.io, f->nobodys.io});
	for (size_t i = 0; i < f->from->nfuncs; i++) {
		if (f->hidden[i])
			f->map[i] = row;
	}
	profile__add_note(f->to, "the row of hidden functions has all calls of those, and of their "
				 "own times what no function shown has called for");
	if (f->from->npaths)
		profile__add_note(f->to, "call paths have of hidden functions' calls those alone "
					 "that no function shown has called for");
}

static void add_note(struct folding *f)
{
	char *note;

	if (!f->estimated_ns)
		return;
	note = xasprintf("%.3f s of hidden functions' time went to callers of callers by their "
			 "shares, which is an estimate; with --paths it is counted",
			 f->estimated_ns / 1e9);
	profile__take_note(f->to, note);
}

struct profile *profile__without(const struct profile *p, const bool *hidden, enum prof_hiding how)
{
	struct folding f = {.from = p, .to = profile__copy(p), .hidden = hidden};

	profile__drop_rows(f.to);
	if (how != PROF_FOLD_AWAY)
		profile__keep_run(f.to, p);
	f.map = xcalloc(p->nfuncs, sizeof(*f.map));
	keep_rows(&f);
	keep_events(&f);
	if (how == PROF_HIDE)
		keep_parts(&f);
	find_keepers(&f);
	if (how != PROF_HIDE && f.to->nfuncs < p->nfuncs) {
		fold(&f);
		if (how == PROF_FOLD)
			add_hidden_row(&f);
		add_note(&f);
	}
	keep_edges(&f, how == PROF_FOLD);
	keep_paths(&f, how);
	profile__settle_aways(f.to);
	free(f.keepers);
	free(f.map);
	return f.to;
}
