/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The blocks of a process: probes on the markers of every file that has them, as files are mapped,
 * and what its control objects say. Beside any backend, over its session. Not thread-safe.
 */
#ifndef BPFPROF_MARKS_H
#define BPFPROF_MARKS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpfprof/abi.h"

struct marks;
struct profile;
struct session;

/* What the user wants of blocks. */
struct marks_opts {
	bool off;			    /* no markers */
	const struct acc_pattern *patterns; /* functions that are blocks */
	uint32_t npatterns;
	const char *const *names; /* of each pattern's track; NULL: it has none */
};

/* Probes what is there now; NULL after one line. */
struct marks *marks__begin(struct session *s, pid_t pid);
/* Looks for files mapped since, and at the control objects. */
void marks__beat(struct marks *m);
/* Readable when a look is due; -1: never. */
int marks__fd(const struct marks *m);
/* What the control objects said last, after the session's tables went into p. */
void marks__note(const struct marks *m, struct profile *p);
void marks__free(struct marks *m); /* accepts NULL */

#endif
