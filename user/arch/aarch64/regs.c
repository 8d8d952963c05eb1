/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* stapsdt argument strings to register numbers. Pure. */
#include "arch/regs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Compilers name a register of which 4 bytes are meant w3, or x3 all the same. */
static enum acc_reg reg_by_name(const char *name, size_t len, int bytes)
{
	unsigned int n;
	int end = 0;

	if (name[0] != 'x' && !(name[0] == 'w' && bytes == 4))
		return ACC_REG_UNKNOWN;
	if (sscanf(name + 1, "%2u%n", &n, &end) < 1 || (size_t)end + 1 != len || n > 30)
		return ACC_REG_UNKNOWN;
	return ACC_REG_X0 + n;
}

/* An argument that is none of a register, as "[sp, 152]", has a space in it. */
enum acc_reg usdt_arg__reg(const char *args, unsigned int n)
{
	const char *arg = args;
	int at = 0, bytes = 0;

	while (arg && n--) {
		arg = strchr(arg, '@');
		arg = arg ? strpbrk(arg, "[ ") : NULL;
		arg = arg && *arg == '[' ? strpbrk(arg, "]") : arg;
		arg = arg ? strchr(arg, ' ') : NULL;
		arg = arg ? arg + 1 : NULL;
	}
	if (!arg || sscanf(arg, "%d@%n", &bytes, &at) < 1 || !at)
		return ACC_REG_UNKNOWN;
	bytes = abs(bytes);
	if (bytes != 4 && bytes != 8)
		return ACC_REG_UNKNOWN;
	return reg_by_name(arg + at, strcspn(arg + at, " "), bytes);
}
