/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What threads did when, where it was asked for: told as they come back to a CPU, and as what they
 * wait for has come. */
#ifndef STRIPS_BPF_H
#define STRIPS_BPF_H

#include "core.bpf.h"
#include "bpfprof/strips.h"

/* Its first switch: a strip for the life of the row's thread, from its beginning on. Where there is
 * none left, the number is none's. */
static __always_inline void strip_take(struct acc_thread *s, struct acc_row *row, __u64 now)
{
	struct acc_ctl *ctl = acc_ctl();
	__u64 lived = acc_ns_of(acc_clock() - row->start_ticks);

	if (!ctl)
		return;
	row->strip_ns = lived < now ? now - lived : now;
	s->strip = row->strip = ACC_ADD(&ctl->strips, 1) + 1;
}

/* The thread ran until it left its CPU, and has done that from then up to now. */
__noinline int strip_tell(struct acc_thread *s, __u32 state, __u64 now)
{
	struct acc_row *row = s && s->row ? acc_row(s->row) : 0;

	if (!row)
		return 0;
	if (!row->strip)
		strip_take(s, row, now);
	return acc_strip_tell_row(s->row, s->out_ns, state, now);
}

/* The same, in few steps where it can be. */
static __always_inline void strip(struct acc_thread *s, __u32 state, __u64 now)
{
	struct acc_ctl *ctl = strips_max > 1 ? acc_ctl() : 0;
	struct acc_strip *st;
	__u32 turn, i;

	if (!ctl)
		return;
	turn = ctl->turns.now;
	i = acc_strip_at(ctl, s->strip, turn);
	if (i >= strips_max)
		return;
	if (state < ACC_REASONS && acc_waits_idle_again(s, state))
		state = ACC_STATE_IDLE;
	st = acc_strip(i);
	if (!st || st->turn != turn || !acc_strip_tell_quick(st, s->out_ns, state, now))
		strip_tell(s, state, now);
}

#endif
