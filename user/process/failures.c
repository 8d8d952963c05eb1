/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is said of a process that cannot be stopped. */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "process/inject.h"
#include "process/ownrights.h"

#define NO_STOP "a thread of it does not come to a stop: it waits in the kernel, or is frozen"

static const struct {
	int error;
	const char *why, *advice;
} failures[] = {
	{-EBUSY, "another tracer (a debugger, strace) has it", "wait for that to end"},
	{-ESRCH, "it has ended, or runs another program by now", "try again"},
	{-ECHILD, "it has ended, or runs another program by now", "try again"},
	{-ETIMEDOUT, NO_STOP, "try again when it goes on"},
	{-EALREADY, NO_STOP, "try again when it goes on"}, /* or we had let it go */
	{-ENOEXEC, "it has no vDSO to make system calls by, or is becoming another program",
	 "try again, or use --usdt"},
	{-EMFILE, "too many open files", "raise 'ulimit -n'"},
};

const char *inject__why(int error)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		if (failures[i].error == error)
			return failures[i].why;
	}
	return strerror(-error);
}

const char *inject__advice(int error)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		if (failures[i].error == error)
			return failures[i].advice;
	}
	return own_rights__advice(error, own_rights__have(CAP_SYS_PTRACE) ? CAP_DAC_OVERRIDE
									  : CAP_SYS_PTRACE);
}
