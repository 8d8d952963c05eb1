/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* stapsdt argument strings to register numbers. Pure. */
#include "capture/regs.h"

#include <string.h>

static const char *const reg_names[] = {
	[REG_RBX] = "rbx", [REG_RBP] = "rbp", [REG_R12] = "r12", [REG_R13] = "r13",
	[REG_R14] = "r14", [REG_R15] = "r15", [REG_RAX] = "rax", [REG_RCX] = "rcx",
	[REG_RDX] = "rdx", [REG_RSI] = "rsi", [REG_RDI] = "rdi", [REG_R8] = "r8",
	[REG_R9] = "r9",   [REG_R10] = "r10", [REG_R11] = "r11",
};

#define NREGS (sizeof(reg_names) / sizeof(*reg_names))

static enum acc_reg reg_by_name(const char *name, size_t len)
{
	for (enum acc_reg reg = REG_RBX; reg < NREGS; reg++) {
		if (strlen(reg_names[reg]) == len && !memcmp(reg_names[reg], name, len))
			return reg;
	}
	return REG_UNKNOWN;
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
		return REG_UNKNOWN;
	return reg_by_name(at + 2, strcspn(at + 2, " "));
}
