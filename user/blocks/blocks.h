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

/* Probes what is there now; NULL after one line. */
struct blocks *blocks__begin(struct session *s, pid_t pid);
/* Looks for files mapped since, and at the control objects. */
void blocks__beat(struct blocks *m);
/* Readable when a look is due; -1: never. */
int blocks__fd(const struct blocks *m);
/* What the control objects said last, after the session's tables went into p. */
void blocks__note(const struct blocks *m, struct profile *p);
void blocks__free(struct blocks *m); /* accepts NULL */

#endif
