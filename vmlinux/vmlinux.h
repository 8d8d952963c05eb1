/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel types that our BPF programs touch, and no others; CO-RE relocates each field against
 * the running kernel. "make vmlinux" writes the whole of the running kernel's to build/ instead.
 */
#ifndef VMLINUX_H
#define VMLINUX_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef __u16 __sum16;

/* The values of the kernel's own enum bpf_map_type; read by libbpf's map definitions. */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_STACK = 23,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum { BPF_F_NO_PREALLOC = 1, BPF_F_MMAPABLE = 1024 };
enum { BPF_ANY = 0 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* core.bpf.h: where a thread's control block is. */
#ifdef __TARGET_ARCH_arm64
struct thread_struct {
	struct {
		unsigned long tp_value;
	} uw;
};
#else
struct thread_struct {
	unsigned long fsbase;
};
#endif

/* tgid.bpf.h: the numbers of a process, one in each namespace around it. */
struct ns_common {
	unsigned int inum;
};

struct pid_namespace {
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

/* reasons.bpf.h: what a descriptor is of. */
struct inode {
	unsigned short i_mode;
};

struct file {
	struct inode *f_inode;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct thread_info { /* task_struct's first member, which the kernel calls so */
#ifdef __TARGET_ARCH_arm64
	unsigned long flags;
#else
	unsigned int status;
#endif
};

/* reasons.bpf.h: of a system call that goes on after a stop, what it is told again. */
struct restart_block {
	union {
		struct {
			void *ufds;
			int nfds;
		} poll;
	};
};

/* away.bpf.h: ns on CPUs, in all and as it last came to one. */
struct sched_entity {
	__u64 sum_exec_runtime;
	__u64 prev_sum_exec_runtime;
};

/* core.bpf.h: was the thread there before the attach, what is it called, and does it sleep. */
struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	struct sched_entity se;
	unsigned int ptrace;
	unsigned long jobctl;
	int pid;
	int tgid;
	struct restart_block restart_block;
	__u64 start_time;
	char comm[16];
	struct pid *thread_pid;
	struct files_struct *files;
	struct thread_struct thread;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

/* The registers at a probe, or with which a thread entered the kernel. The layout is the
 * processor's user ABI, so it is read as it is; what aarch64 has behind that has stayed where it is
 * as well. */
#ifdef __TARGET_ARCH_arm64
struct pt_regs {
	__u64 regs[31];
	__u64 sp, pc, pstate;
	__u64 orig_x0;
	__s32 syscallno;
};
#else
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx;
	unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax, ip, cs, flags, sp, ss;
};
#endif

#endif
