/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Registers by number, and the argument strings of stapsdt notes, which name them. */
#ifndef BPFPROF_AARCH64_REGS_H
#define BPFPROF_AARCH64_REGS_H

/* x0 is 1, x30 is 31. */
enum acc_reg {
	ACC_REG_UNKNOWN,
	ACC_REG_X0,
	ACC_REG_FIRST = ACC_REG_X0 + 19, /* x19: from there on they are kept across calls, */
	ACC_REG_KEPT = ACC_REG_X0 + 28,	 /* to x28: try these */
	ACC_REG_X30 = ACC_REG_X0 + 30,
	ACC_REG_NOT_FOUND = 255,
};

/* The register (enum acc_reg) that holds argument n (from 0) of a note's "8@x20 8@x21 -4@w0", where
 * it is a value of 8 or 4 bytes in a register; ACC_REG_UNKNOWN otherwise. */
enum acc_reg usdt_arg__reg(const char *args, unsigned int n);

#endif
