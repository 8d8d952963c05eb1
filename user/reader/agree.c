/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Of tables that are being written the edges are copied first, and the rows of threads later: by
 * then they have gone on. So that a reading adds up, threads have as many calls as their edges.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "reader/parts.h"

/* By the thread's entry; *all: of all of them. */
static __u64 *sum_edges(const struct tables *t, __u64 *all)
{
	__u64 *calls = xcalloc(t->size.threads, sizeof(*calls));

	for (__u32 i = 1; i < tables__taken(t->ctl->edges, t->size.edges); i++) {
		const __u32 f = t->edges[i].key ? t->edges[i].func : 0;
		const __u32 thread = f && f < t->size.funcs ? t->funcs[f].thread : 0;

		if (!thread || thread >= t->size.threads)
			continue;
		calls[thread] += t->edges[i].calls;
		*all += t->edges[i].calls;
	}
	return calls;
}

static struct acc_row *row_of(const struct tables *t, const struct acc_thread *s)
{
	const __u32 i = ONCE(s->row);

	return i && i < t->size.rows ? &t->rows[i] : NULL;
}

/* Whose entry nobody had before: all that its edges have is its own. */
static void set_first(const struct tables *t, const __u64 *calls)
{
	for (__u32 i = 1; i < t->size.threads; i++) {
		struct acc_row *row = row_of(t, &t->threads[i]);

		if (row && t->threads[i].had_by <= 1)
			row->calls = calls[i];
	}
}

/* What the rows have less than the edges, or, below 0, more. */
static __s64 missing(const struct tables *t, __u64 all)
{
	for (__u32 i = 1; i < t->size.rows; i++) {
		if (row__is_used(&t->rows[i]))
			all -= t->rows[i].calls;
	}
	return all;
}

/* Of what threads of one entry have in all the edges tell no more; the one that lives has gone on.
 */
static void set_others(const struct tables *t, __s64 rest)
{
	for (__u32 i = 1; i < t->size.threads; i++) {
		const struct acc_thread *s = &t->threads[i];
		struct acc_row *row = row_of(t, s);
		__s64 more;

		if (!row || s->had_by <= 1 || !s->tid)
			continue;
		more = rest < 0 && (__u64)-rest > row->calls ? -(__s64)row->calls : rest;
		row->calls += more;
		rest -= more;
	}
}

void threads__agree(struct tables *t)
{
	const __u64 *lost = t->ctl->losses;
	__u64 all = 0, *calls;

	if (lost[ACC_LOSS_EDGES_FULL] || lost[ACC_LOSS_FUNCS_FULL] || lost[ACC_LOSS_ROWS_FULL])
		return; /* threads have what no edge has, or the other way round */
	calls = sum_edges(t, &all);
	set_first(t, calls);
	set_others(t, missing(t, all));
	free(calls);
}
