/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Uprobes by a link of their own, as linux/bpf.h defines them; older headers do not. */
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

/* Kernels that know no such type do not look at it. */
void multi__ask_for(struct bpf_program *prog)
{
	bpf_program__set_expected_attach_type(prog, TRACE_UPROBE_MULTI);
}

int multi__link(const struct bpf_program *prog, pid_t pid, const char *path, uint64_t offset,
		uint64_t cookie)
{
	const __u64 offsets[] = {offset}, cookies[] = {cookie};
	struct multi_request r = {.program = bpf_program__fd(prog),
				  .type = TRACE_UPROBE_MULTI,
				  .path = (uintptr_t)path,
				  .offsets = (uintptr_t)offsets,
				  .cookies = (uintptr_t)cookies,
				  .n = 1,
				  .pid = pid};
	int fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &r, sizeof(r));

	return fd < 0 ? -errno : fd;
}
