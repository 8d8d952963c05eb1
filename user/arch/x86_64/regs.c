/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* stapsdt argument strings to register numbers. Pure. */
#include "arch/regs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 8-byte and 4-byte name of each. */
static const char *const reg_names[][2] = {
	[ACC_REG_RBX] = {"rbx", "ebx"},	 [ACC_REG_RBP] = {"rbp", "ebp"},
	[ACC_REG_R12] = {"r12", "r12d"}, [ACC_REG_R13] = {"r13", "r13d"},
	[ACC_REG_R14] = {"r14", "r14d"}, [ACC_REG_R15] = {"r15", "r15d"},
	[ACC_REG_RAX] = {"rax", "eax"},	 [ACC_REG_RCX] = {"rcx", "ecx"},
	[ACC_REG_RDX] = {"rdx", "edx"},	 [ACC_REG_RSI] = {"rsi", "esi"},
	[ACC_REG_RDI] = {"rdi", "edi"},	 [ACC_REG_R8] = {"r8", "r8d"},
	[ACC_REG_R9] = {"r9", "r9d"},	 [ACC_REG_R10] = {"r10", "r10d"},
	[ACC_REG_R11] = {"r11", "r11d"},
};

#define NREGS (sizeof(reg_names) / sizeof(*reg_names))

static enum acc_reg reg_by_name(const char *name, size_t len, int narrow)
{
	for (enum acc_reg reg = ACC_REG_RBX; reg < NREGS; reg++) {
		const char *known = reg_names[reg][narrow];

		if (strlen(known) == len && !memcmp(known, name, len))
			return reg;
	}
	return ACC_REG_UNKNOWN;
}

enum acc_reg usdt_arg__reg(const char *args, unsigned int n)
{
	const char *arg = args;
	int at = 0, bytes = 0;

	while (arg && n--) {
		arg = strchr(arg, ' ');
		arg = arg ? arg + 1 : NULL;
	}
	if (!arg || sscanf(arg, "%d@%%%n", &bytes, &at) < 1 || !at)
		return ACC_REG_UNKNOWN;
	bytes = abs(bytes);
	if (bytes != 4 && bytes != 8)
		return ACC_REG_UNKNOWN;
	return reg_by_name(arg + at, strcspn(arg + at, " "), bytes == 4);
}
