/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Uprobes by a link of their own, as linux/bpf.h defines them; older headers do not. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe/inside.h"

#define TRACE_UPROBE_MULTI ((enum bpf_attach_type)48)

/* The head of union bpf_attr, for BPF_LINK_CREATE. */
struct multi_request {
	__u32 program, target, type, flags;
	__u64 path, offsets, ref_ctr_offsets, cookies;
	__u32 n, multi_flags, pid, reserved;
};

/* A descriptor, or -errno. */
static int request(int program, pid_t pid, const char *path, const struct probe *p)
{
	const __u64 offsets[] = {p->offset}, cookies[] = {p->cookie};
	const __u64 semaphores[] = {p->sema_offset};
	struct multi_request r = {.program = program,
				  .type = TRACE_UPROBE_MULTI,
				  .path = (uintptr_t)path,
				  .offsets = (uintptr_t)offsets,
				  .ref_ctr_offsets = p->sema_offset ? (uintptr_t)semaphores : 0,
				  .cookies = (uintptr_t)cookies,
				  .n = 1,
				  .pid = pid};
	int fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &r, sizeof(r));

	return fd < 0 ? -errno : fd;
}

/* A directory is no file to probe, and no process has that number. Linux 6.6 to 6.9 look at the
 * path first, and see a process's first thread alone. */
bool multi__works(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = TRACE_UPROBE_MULTI);
	const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int program = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", insns, 2, &opts);
	const struct probe none = {0};
	bool works;

	if (program < 0)
		return false;
	works = request(program, 0, "/", &none) == -EBADF &&
		request(program, -1, "/", &none) == -EINVAL;
	close(program);
	return works;
}

void multi__ask_for(struct bpf_program *prog)
{
	bpf_program__set_expected_attach_type(prog, TRACE_UPROBE_MULTI);
}

bool multi__is_asked_for(const struct bpf_program *prog)
{
	return bpf_program__expected_attach_type(prog) == TRACE_UPROBE_MULTI;
}

int multi__link(const struct bpf_program *prog, pid_t pid, const char *path, const struct probe *p)
{
	return request(bpf_program__fd(prog), pid, path, p);
}
