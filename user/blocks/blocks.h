/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The blocks of a process: probes on the markers of every file that has them, as files are mapped,
 * and what its control objects say. Beside any backend, over its session. Not thread-safe.
 */
#ifndef BPFPROF_BLOCKS_H
#define BPFPROF_BLOCKS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpfprof/abi.h"

struct blocks;
struct profile;
struct session;

/* What the user wants of blocks. */
struct blocks_opts {
	bool off;			    /* no markers */
	const struct acc_pattern *patterns; /* functions that are blocks */
	uint32_t npatterns;
	const char *const *names; /* of each pattern's track; NULL: it has none */
};

/* Probes the markers that the process has mapped now; those that cannot be probed are warned of.
 * Never NULL. */
struct blocks *blocks__begin(struct session *s, pid_t pid);
/* Probes the markers of files mapped since, and reads the control objects. To be called twice a
 * second, and when blocks__fd is readable. */
void blocks__beat(struct blocks *m);
/* A descriptor that is readable when the process has loaded a library; -1: nobody is told. */
int blocks__fd(const struct blocks *m);
/* Marks the tracks of p that the control objects have switched off. To be called after the
 * session's tables went into p. */
void blocks__note(const struct blocks *m, struct profile *p);
void blocks__free(struct blocks *m); /* accepts NULL */

#endif
