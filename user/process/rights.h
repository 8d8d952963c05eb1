/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a process may do, and a child of ours that takes on the same and no more: its user and
 * groups, namespaces, root, control groups and limits; of its capabilities those to read files;
 * no new privileges. Where it is confined by what cannot be taken on (a seccomp filter, a security
 * module, Landlock), there is no such child.
 */
#ifndef BPFPROF_RIGHTS_H
#define BPFPROF_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "process/cgroup.h"

/* Of /proc/PID/status. */
struct rights_status {
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	size_t ngroups;
	uint64_t caps; /* effective */
	unsigned int no_new_privs, seccomp;
};

struct rights {
	int proc;  /* the directory of /proc: of this process, also when its number is another's */
	int pidfd; /* of the same process */
	int root, exe; /* O_PATH */
	struct cgroups cgroups;
	struct rights_status status;
	struct rlimit limits[RLIM_NLIMITS];
};

/* 0; -1 with *why (static text) where it has ended, or no child may stand for it. In any case to be
 * freed. */
int rights__of(struct rights *r, pid_t pid, const char **why);
void rights__free(struct rights *r);

/* In a child with one thread: its control groups and namespaces; that of processes holds for the
 * children of the child. 0 or -1, and then the child must end. */
int rights__enter(const struct rights *r);
/* In one of that namespace, with root's rights still: all the rest. The child dies with its parent
 * from then on. 0 or -1, and then it must end. */
int rights__take(const struct rights *r, rlim_t cpu_s);

/* False: a field is missing, or the users or groups of a process differ among each other. */
bool rights_status__read(struct rights_status *s, FILE *f);
void rights_status__free(struct rights_status *s);

#endif
