/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why a report was not written. */
#ifndef BPFPROF_UNWRITTEN_H
#define BPFPROF_UNWRITTEN_H

#include "cli/opts.h"
#include "model/profile.h"

/* Says in one line why the report of p could not be written to t: error is report__write's or
 * dest__write's, negative. Returns -1. */
int unwritten__explain(const struct opts *o, const struct target *t, const struct profile *p,
		       int error);

#endif
