/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a process's seccomp filters would do about a system call, found out by running the filters
 * here: to ask the process itself could be its death. */
#ifndef BPFPROF_SECCOMP_H
#define BPFPROF_SECCOMP_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Whether /proc/TID/status says that a filter or the strict mode is on: 0, 1 or 2. Each thread of a
 * process has its own. */
int seccomp__mode(pid_t tid);

/* The strictest action of all filters of the stopped tracee tid: SECCOMP_RET_*. Where they can't be
 * read (no CONFIG_CHECKPOINT_RESTORE), SECCOMP_RET_KILL_PROCESS. */
uint32_t seccomp__action(pid_t tid, const struct seccomp_data *data);

#endif
