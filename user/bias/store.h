/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The constants that "bpfprof calibrate" found, kept for later runs on the same machine: a line of
 * text for each backend and build of an interpreter under each kernel and processor. In
 * /var/lib/bpfprof/constants, or the directory that the environment names in BPFPROF_STATE.
 */
#ifndef BPFPROF_CONSTANTS_H
#define BPFPROF_CONSTANTS_H

#include "model/profile.h"

struct interp;

/* 0; -1: none are stored that fit. */
int constants__load(const char *backend, const struct interp *in, struct prof_bias *bias);

/* Stores them in place of what fits. 0 with *path, to be freed, where they are; or -errno. */
int constants__store(const char *backend, const struct interp *in, const struct prof_bias *bias,
		     char **path);

#endif
