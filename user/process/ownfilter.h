/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A seccomp filter for bpfprof itself, where it only reads files that others may have written and
 * writes what came of them. */
#ifndef BPFPROF_OWNFILTER_H
#define BPFPROF_OWNFILTER_H

/* From now on no thread of this process can start a program or a process, open a socket, trace or
 * look into another process, load BPF, or change users, mounts or modules: that fails with EPERM.
 * For good. Where the kernel has no seccomp, nothing happens. */
void own_filter__read_only_work(void);

#endif
