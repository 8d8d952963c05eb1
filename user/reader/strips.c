/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What threads did when, of the tables. */
#include "reader/in_reader.h"

#include "base/mem.h"
#include "base/ticks.h"
#include "bpfprof/strips.h"
#include "reader/parts.h"

#define SHIFT_MAX 50 /* of no honest strip: bins of twelve days */

/* What the thread does since the last switch that was told. */
static __u32 state_now(const struct acc_thread *s)
{
	if (!s->out_ns)
		return ACC_STATE_RUNNING;
	if (s->ready_ns)
		return ACC_STATE_RUNNABLE;
	return acc_waits_idle(s, s->reason) ? (__u32)ACC_STATE_IDLE : s->reason;
}

__u64 strips__turn(struct tables *live)
{
	struct acc_ctl *ctl = live->ctl;
	const __u32 next = ctl->turns.now + 1;
	__u64 now_ns;

	if (!ctl->turns.two)
		return 0;
	now_ns = monotonic__ns(); /* what is told between the two is told too late */
	ctl->turns.from_ns[next & 1] = now_ns;
	__atomic_store_n(&ctl->turns.now, next, __ATOMIC_RELEASE);
	return now_ns;
}

void strips__close(struct tables *t, __u64 now_ns)
{
	const __u64 from_ns = t->ctl->turns.from_ns[t->ctl->turns.now & 1];

	in_use = t;
	for (__u32 i = 1; t->size.strips > 1 && i < t->size.threads; i++) {
		const struct acc_thread *s = &t->threads[i];
		const __u32 at = ONCE(s->row);
		const struct acc_row *row = at < t->size.rows ? &t->rows[at] : NULL;

		if (row && row->strip && !row->end_ns)
			acc_strip_tell_row(at, s->out_ns ? s->out_ns : now_ns, state_now(s),
					   now_ns);
	}
	for (__u32 i = 1; t->size.strips > 1 && i < t->size.rows; i++) {
		const struct acc_row *row = &t->rows[i];

		if (row->strip && row->end_ns > from_ns)
			acc_strip_tell_row(i, row->end_ns, ACC_STATE_RUNNING, row->end_ns);
	}
}

/* Each figure is read once: the process may write it meanwhile. */
static struct prof_strip *strip_from(const struct acc_strip *from)
{
	const __u64 begin = ONCE(from->from_ns), end = ONCE(from->until_ns);
	const __u64 shift = ONCE(from->shift);
	const __u64 bins =
		shift <= SHIFT_MAX && end > begin ? (end - begin - 1) >> shift : ACC_STRIP_BINS;
	struct prof_strip *strip;

	if (bins >= ACC_STRIP_BINS)
		return NULL;
	strip = xcalloc(1, sizeof(*strip));
	strip->start_ns = prof_moment(begin);
	strip->bin_ns = 1ull << shift;
	strip->nbins = bins + 1;
	for (__u32 n = 0; n < strip->nbins * ACC_STATES; n++)
		strip->ns[n / ACC_STATES][n % ACC_STATES] = (int64_t)prof_moment(from->ns[n]);
	return strip;
}

struct prof_strip *strip__of(const struct tables *t, const struct acc_row *row)
{
	const __u32 turn = t->ctl->turns.now, strip = ONCE(row->strip);
	const __u32 i = acc_strip_at(t->ctl, strip, turn);

	return strip && i < t->size.strips && acc_strip_is_of(&t->strips[i], turn)
		       ? strip_from(&t->strips[i])
		       : NULL;
}

_Static_assert(PROF_STRIP_BINS == ACC_STRIP_BINS && (int)PROF_STATES == (int)ACC_STATES &&
		       (int)PROF_STATE_IDLE == (int)ACC_STATE_IDLE &&
		       (int)PROF_STATE_RUNNING == (int)ACC_STATE_RUNNING,
	       "those of the model are those of the tables");
