/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The calls that ended last, one by one, in a ring. Part of account.h. */
#ifndef BPFPROF_ACC_TIMELINE_H
#define BPFPROF_ACC_TIMELINE_H

/* Puts a call that ended on the timeline, in the place of the oldest. Who reads meanwhile tells by
 * its number whether it is whole. */
ACC_NOINLINE int acc_record(__u32 edge, __u32 row, __u64 enter_ticks, __u64 ticks)
{
	struct acc_ctl *ctl = acc_ctl();
	volatile struct acc_event *e;
	__u64 n;

	if (!ctl || acc_timeline_max < 2)
		return 0;
	n = ACC_ADD(&ctl->ended, 1);
	e = acc_event(n % (acc_timeline_max - 1) + 1);
	if (!e)
		return 0;
	e->number = 0;
	e->enter_ticks = enter_ticks;
	e->ticks = ticks;
	e->edge = edge;
	e->row = row;
	e->number = n + 1;
	return 0;
}

#endif
