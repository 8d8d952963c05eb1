/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What this kernel and these rights allow. Each check is a row: its name, whether it holds, why
 * not, and what to do. Tries things out (a BPF map, an own perf event); changes nothing.
 */
#ifndef BPFPROF_SYSTEM_H
#define BPFPROF_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

struct system_check {
	const char *name;   /* "CAP_BPF", "btf", "uprobes", ... */
	const char *title;  /* "right to load BPF programs" */
	int (*run)(void);   /* 0, or -errno; NULL: whether we have the capability */
	const char *advice; /* what to do where it fails; NULL where run is */
	bool required;	    /* a failing one stops capture; else it only takes something away */
	int cap;	    /* CAP_*, where run is NULL */
};

extern const struct system_check system_checks[]; /* ends with a NULL name */

/* Runs it: 0, or -errno. */
int system__check(const struct system_check *c);

/* A check that failed for want of rights: the kernel may have what it asks for. */
bool system__cannot_tell(const struct system_check *c, int error);
/* What to do about a check that failed with -errno. */
const char *system__advice(const struct system_check *c, int error);

/* Runs the required checks; 0, or -1 after one line of err() for the first that fails. */
int system__require(void);
/* The first of them alone, for what needs no more. */
int system__require_proc(void);

#endif
