/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files of ours given to a stopped process, by a socket pair that it makes. Nothing that another
 * process puts into its descriptor table meanwhile is opened, written or waited for. */
#ifndef BPFPROF_HANDOVER_H
#define BPFPROF_HANDOVER_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "process/inject.h"

#define HANDOVER_MAX   32
#define HANDOVER_BYTES 4096
/* Of the system calls that it makes, for whoever asks the seccomp filter first. */
#define HANDOVER_SOCKET (SOCK_DGRAM | SOCK_CLOEXEC)
#define HANDOVER_RECV	(MSG_CMSG_CLOEXEC | MSG_DONTWAIT)

#define HANDOVER_NO_ROOM (-EXFULL) /* it may open too few files more */

/* The process's descriptors, close-on-exec, which are the caller's to have closed. */
struct handed {
	size_t n; /* 0: nothing was given */
	int fds[HANDOVER_MAX];
	int pair[2]; /* by which they came */
};

/* Copies of the n files (at most HANDOVER_MAX) in the process. mem is of procmem.h; at is
 * HANDOVER_BYTES of the process's memory that nobody uses. 0, or -errno and nothing was given. */
int handover__give(struct inject *inj, int mem, uint64_t at, const int *fds, size_t n,
		   struct handed *given);

#endif
