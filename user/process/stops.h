/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a traced thread has stopped for, and a place that it is to stop at. */
#ifndef BPFPROF_STOPS_H
#define BPFPROF_STOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "arch/insn.h"

/* Of a status of waitpid. */
#define STOP_EVENT(status) ((status) >> 16)
#define STOP_SYSCALL	   (SIGTRAP | 0x80)

/* At each stop for a system call (PTRACE_SYSCALL): whether a mapping of code has just been made.
 * *prot is kept between the stops of one thread. */
bool stop__mapped_code(pid_t tid, uint64_t *prot);

/* A breakpoint in a process's memory, which a forked child gets a copy of. */
struct breakpoint {
	uint64_t addr; /* 0: none */
	unsigned char was[INSN_BREAKPOINT_BYTES];
	bool trap_ignored, trap_blocked; /* SIGTRAP, as it is put (process/owntrap.h) */
};

int breakpoint__put(struct breakpoint *b, pid_t pid, uint64_t addr); /* 0 or -errno */
/* Where it is no more there, the process has become another program, which stays as it is. */
void breakpoint__remove(const struct breakpoint *b, pid_t pid);
/* Whether the thread has stopped by it; goes back to before it then, and blocks SIGTRAP as before.
 */
bool breakpoint__is_hit(const struct breakpoint *b, pid_t tid);

#endif
