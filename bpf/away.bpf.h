/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The time that threads are away from a CPU. */
#ifndef AWAY_BPF_H
#define AWAY_BPF_H

#include "gil.bpf.h"
#include "strips.bpf.h"

/* The entry of a thread of the process, which need not be running; 0: it is of another, or has
 * none. */
static __always_inline struct acc_thread *thread_of_task(struct task_struct *task)
{
	__u32 tid = task->pid, i;
	__u32 *known;

	if ((__u32)task->tgid != target_tgid)
		return 0;
	if (inlined) {
		i = thread_by_tcb(TCB_OF_TRUSTED(task));
	} else {
		known = bpf_map_lookup_elem(&thread_of_tid, &tid);
		i = known ? *known : 0;
	}
	return i ? acc_thread(i) : 0;
}

/* What the thread that leaves its CPU has run since it came to that; 0: not known. */
static __always_inline __u64 ran_last(struct task_struct *task)
{
	if (!bpf_core_field_exists(task->se.prev_sum_exec_runtime))
		return 0;
	return task->se.sum_exec_runtime - task->se.prev_sum_exec_runtime;
}

/* The thread, which leaves its CPU at now, is known to be away: the kernel has left out a switch
 * back (6.18 as a guest does now and then, to ftrace too). What it did meanwhile counts as CPU, as
 * the frame that was away may be gone; so it is told how much of it that cannot have been. ran:
 * what it ran since it came back last, by the kernel's sums. */
static __always_inline void away_untold(struct acc_thread *s, __u64 now, __u64 ran)
{
	struct acc_row *row = s->row ? acc_row(s->row) : 0;
	__u64 gone = now - s->out_ns;

	if (!row)
		return;
	row->untold++;
	row->untold_ns += ran < gone ? gone - ran : gone;
}

/* The thread leaves its CPU at now: because another takes it (runnable), or to wait for that
 * reason. */
static __always_inline void away_begin(struct acc_thread *s, __u64 now, int runnable, __u32 reason)
{
	s->reason = reason;
	s->ready_ns = runnable ? now : 0;
	s->out_ns = now;
}

/* The wait that has begun with its leaving is over at now: its time is charged to its reason.
 * woken: by the running thread. */
static __always_inline void wait_end(struct acc_thread *s, __u64 now, int woken)
{
	int counted = acc_waited(s, s->reason, now - s->out_ns);

	strip(s, s->reason, now);
	if (s->reason == ACC_REASON_GIL)
		gil_waited(s, now, counted, woken);
}

/* The moment now, or that at which counting ended: what comes later is in no reading. */
static __always_inline __u64 back_by(const struct acc_thread *s, __u64 now)
{
	now = counted_by(now);
	return now > s->out_ns ? now : s->out_ns;
}

/* What it waited for has come. Its frames stand still, and are charged here: the kernel does not
 * tell of every switch back to a CPU (6.18). */
static __always_inline void away_ready(struct acc_thread *s, __u64 now)
{
	if (!s->out_ns || s->ready_ns)
		return;
	now = back_by(s, now);
	wait_end(s, now, 1);
	s->away.off_ns += now - s->out_ns;
	s->ready_ns = now;
	s->out_ns = now;
}

/* The thread is on a CPU again at now. The total is written last: acc_now looks at it twice. */
static __always_inline void away_end(struct acc_thread *s, __u64 now)
{
	struct acc_row *row = s->row ? acc_row(s->row) : 0;

	if (!s->out_ns)
		return;
	now = back_by(s, now);
	if (row)
		row->switches++;
	if (s->ready_ns) {
		s->away.wait_ns += now - s->ready_ns;
		strip(s, ACC_STATE_RUNNABLE, now);
	} else {
		wait_end(s, now, 0);
	}
	s->back_ns = now;
	*(volatile __u64 *)&s->away.off_ns += now - s->out_ns;
	s->out_ns = 0;
}

#endif
