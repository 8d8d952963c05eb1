/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What -n leaves of the rows of a view that is not pstats'. */
#ifndef BPFPROF_LIMIT_H
#define BPFPROF_LIMIT_H

#include "report/report.h"

/* Applies the restrictions to n rows in order, each after the other, or without any what the screen
 * has room for: those that stay come to the front. Returns how many; *cut: how many a count or a
 * fraction left out, not those that no regex finds. labels: by row. */
size_t limit__rows(const struct report_opts *opts, uint32_t *rows, size_t n, char *const *labels,
		   size_t *cut);

#endif
