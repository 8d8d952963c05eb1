/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The argument strings of stapsdt notes. */
#ifndef BPFPROF_REGS_H
#define BPFPROF_REGS_H

#include "reader/tables.h"

/* The register (enum acc_reg) that holds argument n (from 0) of a note's "8@%r12 8@%rbx -4@%eax",
 * where it is a value of 8 or 4 bytes in a register; ACC_REG_UNKNOWN otherwise. */
enum acc_reg usdt_arg__reg(const char *args, unsigned int n);

#endif
