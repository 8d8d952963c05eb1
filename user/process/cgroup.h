/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The control groups of a process, as far as they are not ours too, to be entered by a child. */
#ifndef BPFPROF_CGROUP_H
#define BPFPROF_CGROUP_H

#include <stddef.h>

#define CGROUPS_MAX 16

struct cgroups {
	int procs[CGROUPS_MAX]; /* the cgroup.procs of each */
	size_t n;
};

/* Of the process with this directory of /proc. 0, or -1 where one could not be entered; to be
 * closed in any case. */
int cgroups__of(struct cgroups *g, int proc);
int cgroups__enter(const struct cgroups *g); /* the calling process; 0 or -1 */
void cgroups__close(struct cgroups *g);

#endif
