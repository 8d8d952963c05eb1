/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs of which each exists twice: only runs that ask for lives of coroutines pay for these. */
#ifndef PROGRAMS_BPF_H
#define PROGRAMS_BPF_H

#define LIVES_PROGRAMS(name)                                                                       \
	SEC("uprobe")                                                                              \
	int bpfp_##name(struct pt_regs *ctx)                                                       \
	{                                                                                          \
		return name(ctx, 0);                                                               \
	}                                                                                          \
                                                                                                   \
	SEC("uprobe")                                                                              \
	int bpfp_##name##_lives(struct pt_regs *ctx)                                               \
	{                                                                                          \
		return name(ctx, 1);                                                               \
	}

#endif
