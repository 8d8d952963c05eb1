/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* stapsdt argument strings to register numbers. Pure. */
#include "capture/regs.h"

#include <string.h>

static const char *const reg_names[] = {
	[ACC_REG_RBX] = "rbx", [ACC_REG_RBP] = "rbp", [ACC_REG_R12] = "r12", [ACC_REG_R13] = "r13",
	[ACC_REG_R14] = "r14", [ACC_REG_R15] = "r15", [ACC_REG_RAX] = "rax", [ACC_REG_RCX] = "rcx",
	[ACC_REG_RDX] = "rdx", [ACC_REG_RSI] = "rsi", [ACC_REG_RDI] = "rdi", [ACC_REG_R8] = "r8",
	[ACC_REG_R9] = "r9",   [ACC_REG_R10] = "r10", [ACC_REG_R11] = "r11",
};

#define NREGS (sizeof(reg_names) / sizeof(*reg_names))

static enum acc_reg reg_by_name(const char *name, size_t len)
{
	for (enum acc_reg reg = ACC_REG_RBX; reg < NREGS; reg++) {
		if (strlen(reg_names[reg]) == len && !memcmp(reg_names[reg], name, len))
			return reg;
	}
	return ACC_REG_UNKNOWN;
}

enum acc_reg usdt_arg__reg(const char *args, unsigned int n)
{
	const char *arg = args, *at;

	while (arg && n--) {
		arg = strchr(arg, ' ');
		arg = arg ? arg + 1 : NULL;
	}
	at = arg ? strchr(arg, '@') : NULL;
	if (!at || at[1] != '%' || strspn(arg, "-8") != (size_t)(at - arg))
		return ACC_REG_UNKNOWN;
	return reg_by_name(at + 2, strcspn(at + 2, " "));
}
