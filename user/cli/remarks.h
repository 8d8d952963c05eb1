/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is said on stderr of reports that were written. */
#ifndef BPFPROF_REMARKS_H
#define BPFPROF_REMARKS_H

#include "cli/opts.h"

/* Why views have no rows, and what formats have no room for. */
void remarks__print(const struct opts *o, const struct profile *p);

#endif
