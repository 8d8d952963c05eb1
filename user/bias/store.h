/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What was found on this machine, kept for later runs: a line of text for each backend and build of
 * an interpreter under each kernel, processor and build of bpfprof. In /var/lib/bpfprof/constants,
 * or the directory that the environment names in BPFPROF_STATE.
 */
#ifndef BPFPROF_CONSTANTS_H
#define BPFPROF_CONSTANTS_H

#include "model/profile.h"
#include "probe/session.h"

struct interp;

struct constants {
	struct prof_bias bias; /* of "bpfprof calibrate", or the least of all runs that measured */
	unsigned int
		runs; /* that measured it, none of which contradicts it; 0: "bpfprof calibrate" */
	enum session_nop5 nop5;
};

#define CONSTANTS_ENOUGH 3 /* runs, after which none measures again */

/* Fills in *c for that backend on the interpreter of *in. 0; -1: nothing is stored that fits. */
int constants__load(const char *backend, const struct interp *in, struct constants *c);

/* Stores *c in the place of what fits. Returns 0, and in *path where it is stored, to be freed; or
 * -errno. */
int constants__store(const char *backend, const struct interp *in, const struct constants *c,
		     char **path);

/* Adds what a run has measured to what is kept. Where nothing can be stored, nothing is. */
void constants__add(const char *backend, const struct interp *in, const struct prof_bias *measured,
		    enum session_nop5 nop5);

#endif
