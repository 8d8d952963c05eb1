/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Registers by number, and the argument strings of stapsdt notes, which name them. */
#ifndef BPFPROF_REGS_H
#define BPFPROF_REGS_H

/* From 1 up, those first that functions leave as they found them. */
enum acc_reg {
	ACC_REG_UNKNOWN,
	ACC_REG_RBX,
	ACC_REG_FIRST = ACC_REG_RBX,
	ACC_REG_RBP,
	ACC_REG_R12,
	ACC_REG_R13,
	ACC_REG_R14,
	ACC_REG_R15, /* kept across calls: try these */
	ACC_REG_KEPT = ACC_REG_R15,
	ACC_REG_RAX,
	ACC_REG_RCX,
	ACC_REG_RDX,
	ACC_REG_RSI,
	ACC_REG_RDI,
	ACC_REG_R8,
	ACC_REG_R9,
	ACC_REG_R10,
	ACC_REG_R11,
	ACC_REG_NOT_FOUND = 255,
};

/* The register (enum acc_reg) that holds argument n (from 0) of a note's "8@%r12 8@%rbx -4@%eax",
 * where it is a value of 8 or 4 bytes in a register; ACC_REG_UNKNOWN otherwise. */
enum acc_reg usdt_arg__reg(const char *args, unsigned int n);

#endif
