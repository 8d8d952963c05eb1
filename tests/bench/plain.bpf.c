// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What each switch of a thread costs where no more is told than how long it was away: its entry,
 * the clock, and sums; neither why, nor who held the GIL, nor a strip. */
#include "core.bpf.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__noinline int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	return code && c ? 0 : -1;
}

static __always_inline struct acc_thread *timed(struct task_struct *task)
{
	__u32 i = (__u32)task->tgid == target_tgid ? thread_by_tcb(TCB_OF_TRUSTED(task)) : 0;

	return i ? acc_thread(i) : 0;
}

static __always_inline void leave(struct acc_thread *s, int runnable)
{
	s->out_ns = bpf_ktime_get_ns();
	s->ready_ns = runnable ? s->out_ns : 0;
}

static __always_inline void come_back(struct acc_thread *s, __u64 now)
{
	struct acc_row *row = s->row ? acc_row(s->row) : 0;

	if (!s->out_ns)
		return;
	if (row)
		row->switches++;
	if (s->ready_ns)
		s->away.wait_ns += now - s->ready_ns;
	s->back_ns = now;
	s->away.off_ns += now - s->out_ns;
	s->out_ns = 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(plain_switch, _Bool preempt, struct task_struct *prev, struct task_struct *next)
{
	struct acc_thread *s = timed(prev);

	if (s)
		leave(s, preempt || !prev->__state);
	else if ((__u32)prev->tgid == target_tgid)
		thread_take_inline(TCB_OF_TRUSTED(prev));
	s = timed(next);
	if (s)
		come_back(s, bpf_ktime_get_ns());
	return 0;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(plain_wakeup, struct task_struct *task)
{
	struct acc_thread *s = timed(task);
	__u64 now = s ? bpf_ktime_get_ns() : 0;

	if (s && s->out_ns && !s->ready_ns)
		s->ready_ns = now;
	return 0;
}
