/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The processes of a control group or of a container, as /proc/PID/cgroup tells. */
#ifndef BPFPROF_INSIDERS_H
#define BPFPROF_INSIDERS_H

#include <stddef.h>
#include <sys/types.h>

struct insiders {
	pid_t *pids; /* this process is never among them */
	size_t n;
	char *is, *other; /* names of the containers that match; NULL: none, and no second one */
};

void insiders__of_machine(struct insiders *in); /* all that there are */

/* Those of a control group and of the groups below it: its directory below /sys/fs/cgroup, or its
 * path as /proc/PID/cgroup has it. */
void insiders__of_cgroup(struct insiders *in, const char *path);

/*
 * Those of the containers, or pods, that go by that name: the beginning of a container's
 * identifier, four digits at least (docker, podman, containerd, CRI-O), a pod's UID, or the name of
 * a group as it is or less what runtimes put around it (machine-NAME.scope, lxc.payload.NAME).
 */
void insiders__of_container(struct insiders *in, const char *name);

void insiders__free(struct insiders *in);

/* Where a process is, as its control groups are called; NULL: in none of the kind. */
struct whereabouts {
	char *container; /* its identifier, or name */
	char *pod;	 /* its UID */
	char *unit;	 /* the system's service, without ".service" */
};

void whereabouts__of(struct whereabouts *w, pid_t pid); /* to be freed */
void whereabouts__free(struct whereabouts *w);

#endif
