/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Registers at a probe site, and of a thread that does not run, for BPF programs. */
#ifndef BPFPROF_AARCH64_PROBED_H
#define BPFPROF_AARCH64_PROBED_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "arch/regs.h"

/* Any register by number. By a read of kernel memory, for the verifier allows no variable offset
 * into ctx, and all 31 in a variable would be half of the stack. */
static __noinline __attribute__((unused)) __u64 reg_read(const struct pt_regs *ctx, __u32 reg)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value),
			      (const void *)ctx + 8 * ((reg - ACC_REG_X0) & 31));
	return value;
}

/* Nothing is to be taken ahead. */
#define REGS_TAKEN(name, ctx) const struct pt_regs *const name = (ctx)
#define REG_TAKEN(name, reg)  reg_read(name, reg)

/* The same for the registers that survive calls: shorter, for the hot path. */
static __always_inline __u64 reg_kept_read(const struct pt_regs *ctx, __u32 reg)
{
	__u64 regs[16] = {
		ctx->regs[19], ctx->regs[20], ctx->regs[21], ctx->regs[22], ctx->regs[23],
		ctx->regs[24], ctx->regs[25], ctx->regs[26], ctx->regs[27], ctx->regs[28],
	};

	return regs[(reg - ACC_REG_FIRST) & 15];
}

/* A probed function's first arguments. */
#define PROBED_ARG1(ctx) ((ctx)->regs[0])
#define PROBED_ARG2(ctx) ((ctx)->regs[1])
#define PROBED_ARG3(ctx) ((ctx)->regs[2])
#define PROBED_ARG4(ctx) ((ctx)->regs[3])
#define PROBED_ARG5(ctx) ((ctx)->regs[4])
#define PROBED_SP(ctx)	 ((ctx)->sp)

/* The address of a thread's control block. */
#define TCB_OF(task)	     BPF_CORE_READ(task, thread.uw.tp_value)
#define TCB_OF_TRUSTED(task) ((task)->thread.uw.tp_value) /* by a pointer that BPF may follow */

#endif
