/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Time away and its reasons, of the tables. */
#include "model/holds.h"
#include "model/profile.h"
#include "reader/parts.h"

static struct prof_away away_unsettled(const struct acc_away *a, const struct acc_reasons *reasons)
{
	struct prof_away away = {.off_ns = prof_ns((__s64)a->off_ns),
				 .wait_ns = prof_ns((__s64)a->wait_ns)};

	for (__u32 r = 0; r < ACC_REASONS; r++)
		away.reason_ns[r] = prof_ns((__s64)reasons->ns[r]);
	return away;
}

struct prof_away away__of(const struct acc_away *a, const struct acc_reasons *reasons)
{
	struct prof_away away = away_unsettled(a, reasons);

	prof_away__settle(&away);
	return away;
}

/* No more than there is: what a hostile process has written may be anything. */
int64_t idle__of(const struct prof_away *away, __s64 idle_ns)
{
	static const enum prof_reason reasons[] = {PROF_REASON_LOCK, PROF_REASON_PIPE,
						   PROF_REASON_SOCKET, PROF_REASON_POLL};
	int64_t most = 0;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		most = prof_ns(most + away->reason_ns[reasons[i]]);
	most = most < 0 ? 0 : most;
	return idle_ns < 0 ? 0 : idle_ns < most ? idle_ns : most;
}

const struct acc_split *split__at(const struct tables *t, __u32 i)
{
	static const struct acc_split none;

	return i < t->size.splits ? &t->splits[i] : &none;
}

void holds__add(const struct tables *t, const uint32_t *funcs, const uint32_t *threads,
		struct profile *p)
{
	for (__u32 i = 0; t->holds && i < ACC_HOLDS; i++) {
		__u64 key = ONCE(t->holds[i].key);
		__u32 row = key >> 32;
		uint32_t func = func__at(t, funcs, (__u32)key);

		if (key == ACC_HOLD_FREE)
			profile__add_free(p, ONCE(t->holds[i].ns));
		else if (func != PROF_NONE && row < t->size.rows && threads[row] != PROF_NONE)
			profile__add_hold(p, threads[row], func, ONCE(t->holds[i].ns));
	}
	profile__settle_holds(p);
}

void tables__lose_unsplit(struct tables *t)
{
	for (__u32 i = 1; i < tables__taken(ONCE(t->ctl->edges), t->size.edges); i++) {
		const struct acc_edge_cold *more = &t->edges_cold[i];
		const struct acc_split *split = split__at(t, ONCE(more->split));
		struct prof_away away = away_unsettled(&more->own, &split->own);

		t->ctl->losses[ACC_LOSS_UNSPLIT] += prof_away__settle(&away);
	}
}
