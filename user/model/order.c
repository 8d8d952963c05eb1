/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Figures that belong together, once each was changed for itself. */
#include "model/order.h"

#include <stdlib.h>

#include "base/mem.h"

#define RAISE(field) to->field = to->field < from->field ? from->field : to->field

static int64_t sum_of(const struct prof_away *away)
{
	int64_t sum = 0;

	for (int r = 0; r < PROF_REASONS; r++)
		sum = prof_ns(sum + away->reason_ns[r]);
	return sum;
}

/* The reason that has risen most since. */
static int risen_most(const struct prof_away *to, const struct prof_away *from)
{
	int most = 0;

	for (int r = 1; r < PROF_REASONS; r++) {
		if (to->reason_ns[r] - from->reason_ns[r] >
		    to->reason_ns[most] - from->reason_ns[most])
			most = r;
	}
	return most;
}

void prof_away__raise(struct prof_away *to, const struct prof_away *from)
{
	int64_t least, over;

	RAISE(off_ns);
	RAISE(wait_ns);
	least = prof_ns(to->wait_ns + sum_of(from));
	to->off_ns = to->off_ns < least ? least : to->off_ns;
	for (int r = 0; r < PROF_REASONS; r++)
		RAISE(reason_ns[r]);
	over = prof_ns(sum_of(to) - (to->off_ns - to->wait_ns));
	for (int n = 0; over > 0 && n < PROF_REASONS; n++) {
		const int r = risen_most(to, from);
		int64_t less = to->reason_ns[r] - from->reason_ns[r];

		less = less < over ? less : over;
		to->reason_ns[r] -= less;
		over -= less;
	}
	prof_away__settle(to);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Of a time that was ns long, and raw_ns as it was measured. */
static void order_away(struct prof_away *away, int64_t ns, int64_t raw_ns)
{
	away->off_ns = least(away->off_ns, least(ns, raw_ns));
	away->wait_ns = least(away->wait_ns, away->off_ns);
	prof_away__settle(away);
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void prof_stat__order(struct prof_stat *st)
{
	const int64_t raw_own = prof_ns(st->tottime_ns + st->own_bias_ns);
	int64_t others_off, raw_cum = prof_ns(st->cumtime_ns + st->cum_bias_ns);

	order_away(&st->own_away, st->tottime_ns, raw_own);
	prof_away__raise(&st->cum_away, &st->own_away);
	others_off = st->cum_away.off_ns - st->own_away.off_ns;
	st->cumtime_ns = most(st->cumtime_ns, prof_ns(st->tottime_ns + others_off));
	raw_cum = most(raw_cum, prof_ns(raw_own + others_off));
	st->cum_bias_ns = raw_cum - st->cumtime_ns;
}

void prof_thread__order(struct prof_thread *t)
{
	order_away(&t->away, t->tottime_ns, prof_ns(t->tottime_ns + t->bias_ns));
	t->idle_ns = least(t->idle_ns, t->away.off_ns - t->away.wait_ns);
}

/* No less than its parts, of which sum has the own time. */
static void raise_own(struct prof_stat *st, const struct prof_stat *sum)
{
	const int64_t missing = sum->tottime_ns - st->tottime_ns;
	const int64_t raw_missing = missing + sum->own_bias_ns - st->own_bias_ns;

	if (missing <= 0 && raw_missing <= 0)
		return;
	st->tottime_ns += most(missing, 0);
	st->own_bias_ns += most(raw_missing, 0) - most(missing, 0);
	prof_away__raise(&st->own_away, &sum->own_away);
	prof_stat__order(st);
}

static void add_own(struct prof_stat *sum, const struct prof_stat *st)
{
	const struct prof_stat own = {.tottime_ns = st->tottime_ns,
				      .own_bias_ns = st->own_bias_ns,
				      .own_away = st->own_away};

	prof_stat__add(sum, &own);
}

/* Edges by their paths. */
static void raise_edges(struct profile *p)
{
	struct prof_stat *sums = xcalloc(p->nedges + 1, sizeof(*sums));

	for (size_t i = 0; i < p->npaths; i++) {
		const uint32_t parent = p->paths[i].parent;
		const struct prof_edge *e =
			parent < i ? profile__find_edge(p, p->paths[parent].func, p->paths[i].func)
				   : NULL;

		if (e)
			add_own(&sums[e - p->edges], &p->paths[i].stat);
	}
	for (size_t i = 0; i < p->nedges; i++)
		raise_own(&p->edges[i].stat, &sums[i]);
	free(sums);
}

void profile__order_own(struct profile *p)
{
	struct prof_stat *sums = xcalloc(p->nfuncs + 1, sizeof(*sums));

	if (p->npaths)
		raise_edges(p);
	for (size_t i = 0; i < p->nedges; i++)
		add_own(&sums[p->edges[i].callee], &p->edges[i].stat);
	for (size_t i = 0; i < p->npaths; i++) {
		if (p->paths[i].parent == PROF_NONE)
			add_own(&sums[p->paths[i].func], &p->paths[i].stat);
	}
	for (size_t i = 0; i < p->nfuncs; i++)
		raise_own(&p->funcs[i].stat, &sums[i]);
	free(sums);
}

/* As nearly all are. */
static bool is_ordered(const struct prof_stat *st)
{
	return st->own_away.off_ns <= st->tottime_ns &&
	       st->own_away.off_ns <= st->cum_away.off_ns &&
	       st->tottime_ns - st->own_away.off_ns <= st->cumtime_ns - st->cum_away.off_ns;
}

static void order_read(struct prof_stat *st)
{
	if (!is_ordered(st))
		prof_stat__order(st);
}

void profile__order_read(struct profile *p)
{
	for (size_t i = 0; i < p->nfuncs; i++)
		order_read(&p->funcs[i].stat);
	for (size_t i = 0; i < p->nedges; i++)
		order_read(&p->edges[i].stat);
	for (size_t i = 0; i < p->npaths; i++)
		order_read(&p->paths[i].stat);
	for (size_t i = 0; i < p->nparts; i++)
		order_read(&p->parts[i].stat);
	for (size_t i = 0; i < p->nthreads; i++)
		prof_thread__order(&p->threads[i]);
}
