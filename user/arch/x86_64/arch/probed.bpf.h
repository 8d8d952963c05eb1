/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Registers at a probe site, and of a thread that does not run, for BPF programs. */
#ifndef BPFPROF_ARCH_PROBED_H
#define BPFPROF_ARCH_PROBED_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "arch/regs.h"

#define REGS 16 /* a power of two beyond the last of enum acc_reg */

/* All by number, for an array of REGS. */
#define REGS_OF(ctx)                                                                               \
	{                                                                                          \
		[ACC_REG_RBX] = (ctx)->bx, [ACC_REG_RBP] = (ctx)->bp, [ACC_REG_R12] = (ctx)->r12,  \
		[ACC_REG_R13] = (ctx)->r13, [ACC_REG_R14] = (ctx)->r14,                            \
		[ACC_REG_R15] = (ctx)->r15, [ACC_REG_RAX] = (ctx)->ax, [ACC_REG_RCX] = (ctx)->cx,  \
		[ACC_REG_RDX] = (ctx)->dx, [ACC_REG_RSI] = (ctx)->si, [ACC_REG_RDI] = (ctx)->di,   \
		[ACC_REG_R8] = (ctx)->r8, [ACC_REG_R9] = (ctx)->r9, [ACC_REG_R10] = (ctx)->r10,    \
		[ACC_REG_R11] = (ctx)->r11,                                                        \
	}

/* All of them in a variable, for reading several by number. */
#define REGS_TAKEN(name, ctx) __u64 name[REGS] = REGS_OF(ctx)
#define REG_TAKEN(name, reg)  ((name)[(reg) & (REGS - 1)])

/* Any register by number. Through a copy, for the verifier allows no variable offset into ctx. */
static __noinline __attribute__((unused)) __u64 reg_read(const struct pt_regs *ctx, __u32 reg)
{
	__u64 regs[REGS] = REGS_OF(ctx);

	return regs[reg & (REGS - 1)];
}

/* The same for the registers that survive calls: shorter, for the hot path. */
static __always_inline __u64 reg_kept_read(const struct pt_regs *ctx, __u32 reg)
{
	__u64 regs[8] = {
		[ACC_REG_RBX] = ctx->bx,  [ACC_REG_RBP] = ctx->bp,  [ACC_REG_R12] = ctx->r12,
		[ACC_REG_R13] = ctx->r13, [ACC_REG_R14] = ctx->r14, [ACC_REG_R15] = ctx->r15,
	};

	return regs[reg & 7];
}

/* A probed function's first arguments. */
#define PROBED_ARG1(ctx) ((ctx)->di)
#define PROBED_ARG2(ctx) ((ctx)->si)
#define PROBED_ARG3(ctx) ((ctx)->dx)
#define PROBED_ARG4(ctx) ((ctx)->cx)
#define PROBED_ARG5(ctx) ((ctx)->r8)
#define PROBED_SP(ctx)	 ((ctx)->sp)

/* The address of a thread's control block. */
#define TCB_OF(task)	     BPF_CORE_READ(task, thread.fsbase)
#define TCB_OF_TRUSTED(task) ((task)->thread.fsbase) /* by a pointer that BPF may follow */

#endif
