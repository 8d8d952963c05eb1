/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A thread begins: its entry, which another may have had before, and its row. Part of account.h. */
#ifndef BPFPROF_ACC_THREAD_H
#define BPFPROF_ACC_THREAD_H

/* Forgets what the thread before has left in the entry. Its frames, edges and calls stay. */
ACC_INLINE void acc_thread_anew(struct acc_thread *s)
{
	s->special = 0;
	s->predates = 0;
	s->closed_early = 0;
	s->out_ns = 0;
	s->waited_ns = 0;
	s->waited_frame = 0;
	s->tstate = 0;
	s->gil = 0;
	s->gil_until = 0;
	s->strip = 0;
	s->idle_frame = 0;
	s->had_by++;
}

/* Takes one of max rows for the life of a thread that begins at the tick now. Returns its index; 0
 * and a loss counted where none is left. */
ACC_INLINE __u32 acc_row_take(__u32 max, __u32 tid, __u64 now)
{
	struct acc_ctl *ctl = acc_ctl();
	__u32 i = ctl ? ACC_ADD(&ctl->rows, 1) + 1 : max;
	struct acc_row *row = i < max ? acc_row(i) : 0;

	if (!row) {
		acc_lose(ACC_LOSS_ROWS_FULL, 1);
		return 0;
	}
	row->tid = tid;
	row->start_ticks = now;
	return i;
}

#endif
