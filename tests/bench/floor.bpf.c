// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Two programs that do nothing: what any tool on the same two probes pays at the least. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("uprobe")
int floor_entry(void *ctx)
{
	return 0;
}

SEC("uprobe")
int floor_return(void *ctx)
{
	return 0;
}
