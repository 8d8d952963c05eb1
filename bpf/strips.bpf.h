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
	struct acc_strip *st;

	if (!ctl)
		return;
	s->strip = row->strip = ACC_ADD(&ctl->strips, 1) + 1;
	st = acc_strip(row->strip);
	if (!st)
		return;
	st->shift = ACC_STRIP_SHIFT;
	st->from_ns = lived < now ? now - lived : now;
	st->until_ns = st->from_ns;
}

/* The thread ran until it left its CPU, and has done that from then up to now. */
__noinline int strip_tell(struct acc_thread *s, __u32 state, __u64 now)
{
	struct acc_row *row = s && s->row ? acc_row(s->row) : 0;

	if (!row)
		return 0;
	if (!row->strip)
		strip_take(s, row, now);
	acc_strip_tell(row->strip, ACC_STATE_RUNNING, s->out_ns);
	return acc_strip_tell(row->strip, state, now);
}

/* The same, in few steps where it can be. */
static __always_inline void strip(struct acc_thread *s, __u32 state, __u64 now)
{
	struct acc_strip *st;

	if (strips_max <= 1 || s->strip >= strips_max)
		return;
	if (state < ACC_REASONS && acc_waits_idle_again(s, state))
		state = ACC_STATE_IDLE;
	st = acc_strip(s->strip);
	if (!st || !acc_strip_tell_quick(st, s->out_ns, state, now))
		strip_tell(s, state, now);
}

#endif
