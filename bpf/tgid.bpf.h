/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The number of a process in the initial pid namespace, by which all programs here know it, from
 * that in bpfprof's own. */
#ifndef TGID_BPF_H
#define TGID_BPF_H

#include "core.bpf.h"

#define PID_LEVELS 33 /* namespaces in namespaces, and the initial one */

__u32 sought_pid = 0, sought_ns = 0; /* the number, and the namespace's inode */
__u32 found_tgid = 0;

static __always_inline int is_sought(struct pid *pid)
{
	__u32 level = BPF_CORE_READ(pid, level);
	struct upid *numbers = __builtin_preserve_access_index(&pid->numbers[0]);

	for (__u32 i = 0; i < PID_LEVELS && i <= level; i++) {
		struct pid_namespace *ns;
		int nr;

		if (bpf_core_read(&nr, sizeof(nr), &numbers[i].nr) ||
		    bpf_core_read(&ns, sizeof(ns), &numbers[i].ns))
			return 0;
		if ((__u32)nr == sought_pid && BPF_CORE_READ(ns, ns.inum) == sought_ns)
			return 1;
	}
	return 0;
}

SEC("iter/task")
int bpfp_tgid(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task && task->pid == task->tgid && is_sought(task->thread_pid))
		found_tgid = task->tgid;
	return 0;
}

#endif
