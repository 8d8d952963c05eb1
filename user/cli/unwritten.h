/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why a report was not written. */
#ifndef BPFPROF_UNWRITTEN_H
#define BPFPROF_UNWRITTEN_H

#include "cli/dest.h"
#include "cli/opts.h"
#include "model/profile.h"

/* Says in one line why the report of p could not be written to t: error is report__write's or
 * dest__write's, negative. Returns -1. */
int unwritten__explain(const struct opts *o, const struct target *t, const struct profile *p,
		       int error);

/* Whether the file at d, of an earlier run, is to stay, as nothing was measured of a program that a
 * signal has ended: after one line. */
bool unwritten__spares(const struct dest *d, const struct profile *p);

#endif
