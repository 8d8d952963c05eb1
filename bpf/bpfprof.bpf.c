/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The BPF object: all backends over one set of maps. User space loads the programs of the backend
 * that it uses. */
#include "core.bpf.h"
#include "names.bpf.h"
#include "usdt.bpf.h"
#include "eval.bpf.h"
#include "markers.bpf.h"
#include "reasons.bpf.h"
#include "away.bpf.h"
#include "io.bpf.h"
#include "tgid.bpf.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* bpfprof's own probe site, of the same kind as CPython's: does an event arrive here at all? */
SEC("uprobe")
int bpfp_canary(struct pt_regs *ctx)
{
	struct acc_ctl *ctl = acc_ctl();

	if (ctl)
		ACC_ADD(&ctl->canary, 1);
	return 0;
}

/* Of interpreters that are entered one by one: where the process has the number of the next one,
 * and what that was. As a thread ends it has its memory yet since Linux 6.16; before, what it was
 * when one left its CPU last is known. */
__u64 next_number_at = 0;
__s64 next_number = 0;

static __always_inline void see_number(void)
{
	__s64 n;

	if (next_number_at && !bpf_probe_read_user(&n, sizeof(n), (void *)next_number_at))
		next_number = n;
}

SEC("raw_tp/sched_process_exit")
int bpfp_exit(void *ctx)
{
	struct acc_thread *s = thread_of_task(bpf_get_current_task_btf());

	if (bpf_get_current_pid_tgid() >> 32 == target_tgid)
		see_number();
	if (s)
		gil_end(s);
	thread_release();
	return 0;
}

/* Programs that took the process's place: whoever follows them may forgive these yet. */
__u64 execs = 0;

/* Probes of a file are there in the next program too, a stub is not. */
SEC("raw_tp/sched_process_exec")
int bpfp_exec(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 == target_tgid) {
		programs_before++;
		next_number_at = 0; /* it was the last program's */
	}
	if ((thread_release() && unicode_type) ||
	    (inlined && bpf_get_current_pid_tgid() >> 32 == target_tgid))
		__sync_fetch_and_add(&execs, 1);
	return 0;
}

__u32 follows = 0; /* children are traced from birth */

/* One that is made with CLONE_UNTRACED has no tracer, though its parent has. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(bpfp_fork, struct task_struct *parent, struct task_struct *child)
{
	struct acc_ctl *ctl = acc_ctl();

	if (follows && (!parent->ptrace || child->ptrace))
		return 0;
	if (ctl && (__u32)parent->tgid == target_tgid && (__u32)child->tgid != target_tgid)
		ACC_ADD(&ctl->children, 1);
	return 0;
}

/* A thread leaves its CPU: to wait, or (preempted, or after sched_yield) still able to run. Where
 * nothing is counted any more, one that is away comes back yet, and none leaves. */
SEC("tp_btf/sched_switch")
int BPF_PROG(bpfp_switch, _Bool preempt, struct task_struct *prev, struct task_struct *next)
{
	struct acc_thread *s = thread_of_task(prev);
	__u32 state = prev->__state;
	int runnable = preempt || !state;
	__u64 now = 0, gil = 0;

	if (s && counting) {
		see_number();
		now = bpf_ktime_get_ns();
		if (s->out_ns)
			away_untold(s, now, ran_last(prev));
		away_begin(s, now, runnable,
			   runnable ? ACC_REASON_OTHER : reason_of(prev, state, &gil));
		gil_leave(s, now, gil);
	}
	s = thread_of_task(next);
	if (s)
		away_end(s, now ? now : bpf_ktime_get_ns());
	return 0;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(bpfp_wakeup, struct task_struct *task)
{
	struct acc_thread *s = thread_of_task(task);

	if (s)
		away_ready(s, bpf_ktime_get_ns());
	return 0;
}
