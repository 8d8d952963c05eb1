/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The numbers of a process and of its threads in the initial pid namespace, by which all programs
 * here know them, from those in bpfprof's own. */
#ifndef TGID_BPF_H
#define TGID_BPF_H

#include "core.bpf.h"

#define PID_LEVELS 33 /* namespaces in namespaces, and the initial one */

__u32 sought_pid = 0, sought_ns = 0; /* the number, and the namespace's inode */
__u32 found_tgid = 0;

/* The number that pid has in the namespace sought_ns; 0: it has none there. */
static __always_inline __u32 number_here(struct pid *pid)
{
	__u32 level = BPF_CORE_READ(pid, level);
	struct upid *numbers = __builtin_preserve_access_index(&pid->numbers[0]);

	for (__u32 i = 0; i < PID_LEVELS && i <= level; i++) {
		struct pid_namespace *ns;
		int nr;

		if (bpf_core_read(&nr, sizeof(nr), &numbers[i].nr) ||
		    bpf_core_read(&ns, sizeof(ns), &numbers[i].ns))
			return 0;
		if (BPF_CORE_READ(ns, ns.inum) == sought_ns)
			return nr;
	}
	return 0;
}

SEC("iter/task")
int bpfp_tgid(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct acc_numbers numbers = {};

	if (!task)
		return 0;
	numbers.here = number_here(task->thread_pid);
	numbers.outside = task->pid;
	if (task->pid == task->tgid && numbers.here == sought_pid)
		found_tgid = task->tgid;
	if (target_tgid && (__u32)task->tgid == target_tgid)
		bpf_seq_write(ctx->meta->seq, &numbers, sizeof(numbers));
	return 0;
}

#endif
