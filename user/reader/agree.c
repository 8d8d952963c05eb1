/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Of tables that are being written the edges are copied first, and what their threads have in all
 * later: by then they have gone on. So that a reading adds up, its threads have what its edges say.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "reader/parts.h"

enum { CALLS, OWN, OFF, WAIT, FIGURES };

/* Of an edge, of all of a thread's entry, or of a row. */
struct sum {
	__u64 v[FIGURES];
};

static struct sum of_edge(const struct tables *t, __u32 i)
{
	const struct acc_away *away = &t->edges_cold[i].own;

	return (struct sum){
		{t->edges[i].calls, t->edges[i].own_ticks, away->off_ns, away->wait_ns}};
}

static struct sum of_row(const struct acc_row *row)
{
	return (struct sum){{row->calls, row->own_ticks, row->away.off_ns, row->away.wait_ns}};
}

static void set_row(struct acc_row *row, const struct sum *s)
{
	row->calls = s->v[CALLS];
	row->own_ticks = s->v[OWN];
	row->away = (struct acc_away){.off_ns = s->v[OFF], .wait_ns = s->v[WAIT]};
}

static void add(struct sum *to, const struct sum *from)
{
	for (int i = 0; i < FIGURES; i++)
		to->v[i] += from->v[i];
}

/* By the thread's entry; *all: of all of them. */
static struct sum *sum_edges(const struct tables *t, struct sum *all)
{
	struct sum *of = xcalloc(t->size.threads, sizeof(*of));

	for (__u32 i = 1; i < tables__taken(t->ctl->edges, t->size.edges); i++) {
		const __u32 f = t->edges[i].key ? t->edges[i].func : 0;
		const __u32 thread = f && f < t->size.funcs ? t->funcs[f].thread : 0;
		const struct sum edge = of_edge(t, i);

		if (!thread || thread >= t->size.threads)
			continue;
		add(&of[thread], &edge);
		add(all, &edge);
	}
	return of;
}

static struct acc_row *row_of(const struct tables *t, const struct acc_thread *s)
{
	const __u32 i = ONCE(s->row);

	return i && i < t->size.rows ? &t->rows[i] : NULL;
}

/* Whose entry nobody had before: all that its edges have is its own. */
static void set_first(const struct tables *t, const struct sum *of)
{
	for (__u32 i = 1; i < t->size.threads; i++) {
		struct acc_row *row = row_of(t, &t->threads[i]);

		if (row && t->threads[i].had_by <= 1)
			set_row(row, &of[i]);
	}
}

/* What the rows have less than the edges, or, below 0, more. */
static struct sum missing(const struct tables *t, struct sum all)
{
	for (__u32 i = 1; i < t->size.rows; i++) {
		const struct sum row = of_row(&t->rows[i]);

		for (int k = 0; k < FIGURES && row__is_used(&t->rows[i]); k++)
			all.v[k] -= row.v[k];
	}
	return all;
}

/* Of what threads of one entry have in all the edges tell no more; the one that lives has gone on.
 */
static void set_others(const struct tables *t, struct sum rest)
{
	for (__u32 i = 1; i < t->size.threads; i++) {
		const struct acc_thread *s = &t->threads[i];
		struct acc_row *row = row_of(t, s);
		struct sum now;

		if (!row || s->had_by <= 1 || !s->tid)
			continue;
		now = of_row(row);
		for (int k = 0; k < FIGURES; k++) {
			const __u64 less = -rest.v[k];
			const bool fewer = (__s64)rest.v[k] < 0 && less > now.v[k];
			const __u64 more = fewer ? -now.v[k] : rest.v[k];

			now.v[k] += more;
			rest.v[k] -= more;
		}
		set_row(row, &now);
	}
}

void threads__agree(struct tables *t)
{
	const __u64 *lost = t->ctl->losses;
	struct sum all = {{0}}, *of;

	if (lost[ACC_LOSS_EDGES_FULL] || lost[ACC_LOSS_FUNCS_FULL] || lost[ACC_LOSS_ROWS_FULL])
		return; /* threads have what no edge has, or the other way round */
	of = sum_edges(t, &all);
	set_first(t, of);
	set_others(t, missing(t, all));
	free(of);
}
