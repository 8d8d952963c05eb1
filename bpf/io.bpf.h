/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads and writes, as their system calls end: charged to the innermost open frame as its own, and
 * to all that it was called from, each function and pair once. So calls that do neither are not
 * touched by it.
 */
#ifndef IO_BPF_H
#define IO_BPF_H

#include "away.bpf.h"
#include "reasons.bpf.h"

#define IO_DEPTH 1024u /* frames that are charged */

/* Results with which the kernel makes a call anew, or else has it fail with EINTR. */
#define RESTARTS(ret) ((ret) <= -512 && (ret) >= -516)

const volatile __u32 ios_mask = 0;
__u64 transfers = 0;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct acc_io);
} ios SEC(".maps");

struct transfer {
	__u64 number;
	__u64 bytes;
	__u32 way; /* as in acc_io_sum */
	__u32 failed;
	__u32 charged; /* to the frame whose own it is */
};

/* Element i of the table; 0: there is none. */
static __always_inline struct acc_io *io_at(__u32 i)
{
	return bpf_map_lookup_elem(&ios, &i);
}

/* Whether the element has the key, or takes it now. */
__noinline int io_has(__u32 i, __u32 key)
{
	struct acc_io *io = io_at(i);
	__u32 there = io ? *(volatile __u32 *)&io->key : 0;

	if (!io)
		return 0;
	if (!there)
		there = ACC_CAS(&io->key, 0, key);
	return !there || there == key;
}

/* The number, plus 1, of the element of that key; 0 and a loss counted where there is no room for
 * it. */
__noinline __u32 io_find(__u32 key)
{
	__u32 i = ACC_IO_FIRST(key);

	for (__u32 n = 0; n < ACC_IO_PROBES; n++, i++) {
		if (io_has(i & ios_mask, key))
			return (i & ios_mask) + 1;
	}
	acc_lose(ACC_LOSS_IOS_FULL, 1);
	return 0;
}

/* Adds the transfer to *to. */
static __always_inline void io_add(struct acc_io_sum *to, const struct transfer *t)
{
	__u32 way = t->way & (ACC_IO_WAYS - 1);

	to->calls[way]++;
	to->bytes[way] += t->bytes;
	to->failed += t->failed;
}

/* An edge of the function is charged: 1: it is not the first. */
__noinline int io_charge_func(__u32 i, const struct transfer *t)
{
	struct acc_func *func = acc_func(i);
	struct acc_io *io;

	if (!t || !func || func->open < 2)
		return 0;
	io = io_at(io_find(ACC_IO_OF_FUNC | i) - 1);
	if (!io)
		return 0;
	if (io->last == t->number) {
		io_add(&io->cum, t);
		return 1;
	}
	io->last = t->number;
	return 0;
}

/* Charges a frame. The one that it was called from; 0: there is none. */
__noinline __u32 io_charge(__u32 at, struct transfer *t)
{
	struct acc_frame *f = acc_frame(at);
	struct acc_edge *edge = f && f->edge ? acc_edge(f->edge) : 0;
	struct acc_io *io = edge ? io_at(io_find(f->edge) - 1) : 0;

	if (!f || !t)
		return 0;
	if (io && !t->charged)
		io_add(&io->own, t);
	t->charged = 1;
	if (io && io->last != t->number) {
		io->last = t->number;
		io_add(&io->cum, t);
		io_charge_func(edge->func, t);
	}
	return f->prev;
}

/* The thread has read or written so many bytes (below 0: it failed): charges its open frames. */
__noinline int io_transferred(struct acc_thread *s, __u32 way, __s64 bytes)
{
	struct transfer t = {.way = way};
	__u32 at;

	if (!s)
		return 0;
	t.number = ACC_ADD(&transfers, 1) + 1;
	t.failed = bytes < 0;
	t.bytes = bytes < 0 ? 0 : bytes;
	at = acc_innermost(s);
	for (__u32 n = 0; n < IO_DEPTH && at; n++)
		at = io_charge(at, &t);
	if (at)
		acc_lose(ACC_LOSS_IO_DEEP, 1);
	return 0;
}

/* The way of a transfer at that descriptor. */
static __always_inline __u32 io_way(struct task_struct *task, __u32 fd, __u32 write)
{
	__u32 reason = reason_of_file(task, fd);

	if (reason == ACC_REASON_FILE)
		return 2 * ACC_IO_FILE | write;
	if (reason == ACC_REASON_SOCKET)
		return 2 * ACC_IO_SOCKET | write;
	return 2 * (reason == ACC_REASON_PIPE ? ACC_IO_PIPE : ACC_IO_OTHER) | write;
}

/* The bytes of so many messages. */
__noinline __s64 io_message_bytes(__u64 array, __s64 n)
{
	__s64 bytes = 0;
	__u32 one;

	for (__s64 i = 0; i < MESSAGES_AT_MOST && i < n; i++) {
		one = 0;
		bpf_probe_read_user(&one, sizeof(one),
				    (void *)(array + i * MESSAGE_BYTES + MESSAGE_LENGTH));
		bytes += one;
	}
	return bytes;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(bpfp_io, struct pt_regs *regs, long ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 nr = syscall_nr(task, regs);
	struct acc_thread *s;
	__s64 bytes = ret;
	__u32 how;

	if ((__u32)task->tgid != target_tgid || !counting)
		return 0;
	how = nr < SYSCALLS ? syscall_transfers[nr] : 0;
	s = how && !RESTARTS(ret) ? thread_of_task(task) : 0;
	if (!s)
		return 0;
	if (how & MESSAGES && ret > 0)
		bytes = io_message_bytes(syscall_arg(regs, 2), ret);
	if (READ_OF(how))
		io_transferred(s, io_way(task, syscall_arg(regs, READ_OF(how)), 0), bytes);
	if (WRITE_OF(how))
		io_transferred(s, io_way(task, syscall_arg(regs, WRITE_OF(how)), ACC_IO_WRITE),
			       bytes);
	return 0;
}

#endif
