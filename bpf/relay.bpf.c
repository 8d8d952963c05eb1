/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tracepoints of several sessions: a program of each session on each of them would run at every
 * switch of every thread of the machine. One of these runs there instead, and goes on with the
 * program of the session whose process the event is of, if there is one.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpfprof/relay.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* How many of the processes have a number that ends so: mostly none, and nothing is looked up. */
__u16 relay_marks[RELAY_MARKS] = {};

/* Sessions by the number of their process. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, RELAY_SEATS);
	__type(key, __u32);
	__type(value, __u32);
} seats SEC(".maps");

/* The seat of the session of that process; 0: it has none. */
static __always_inline __u32 seat_of(__u32 tgid)
{
	__u32 *seat;

	if (!relay_marks[tgid & (RELAY_MARKS - 1)])
		return 0;
	seat = bpf_map_lookup_elem(&seats, &tgid);
	return seat ? *seat : 0;
}

/* The programs of one tracepoint, by seat. */
#define RELAY_PROGRAMS(table)                                                                      \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY);                                             \
		__uint(max_entries, RELAY_SEATS);                                                  \
		__uint(key_size, sizeof(__u32));                                                   \
		__uint(value_size, sizeof(__u32));                                                 \
	} table SEC(".maps")

RELAY_PROGRAMS(exits);
RELAY_PROGRAMS(execs);
RELAY_PROGRAMS(forks);
RELAY_PROGRAMS(wakeups);
RELAY_PROGRAMS(switches);
RELAY_PROGRAMS(transfers);

/* Does not come back where there is one. */
static __always_inline int relay(void *ctx, void *programs, __u32 tgid)
{
	__u32 seat = seat_of(tgid);

	if (seat)
		bpf_tail_call(ctx, programs, seat);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int bpfp_relay_exit(void *ctx)
{
	return relay(ctx, &exits, bpf_get_current_pid_tgid() >> 32);
}

SEC("raw_tp/sched_process_exec")
int bpfp_relay_exec(void *ctx)
{
	return relay(ctx, &execs, bpf_get_current_pid_tgid() >> 32);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(bpfp_relay_fork, struct task_struct *parent)
{
	return relay(ctx, &forks, parent->tgid);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(bpfp_relay_wakeup, struct task_struct *task)
{
	return relay(ctx, &wakeups, task->tgid);
}

/* Of two threads of one process its session sees both at once. */
SEC("tp_btf/sched_switch")
int BPF_PROG(bpfp_relay_leaving, _Bool preempt, struct task_struct *prev)
{
	return relay(ctx, &switches, prev->tgid);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(bpfp_relay_coming, _Bool preempt, struct task_struct *prev, struct task_struct *next)
{
	return prev->tgid == next->tgid ? 0 : relay(ctx, &switches, next->tgid);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(bpfp_relay_io)
{
	return relay(ctx, &transfers, bpf_get_current_pid_tgid() >> 32);
}
