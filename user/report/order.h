/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which rows a report shows, and in which order: pstats' sort keys and restrictions. */
#ifndef BPFPROF_ORDER_H
#define BPFPROF_ORDER_H

#include <stdint.h>

#include "report/report.h"

struct selection {
	uint32_t *rows; /* indices into the profile's funcs */
	size_t n;
	size_t cut;	  /* that a count or the screen left out; not those that no regex finds */
	char *ordered_by; /* "cumulative time, function name" */
	char *reduced;	  /* the "List reduced ..." lines, each with its newline; "" if none */
	char **labels;	  /* of all of the profile's funcs: see labels.h */
	const struct profile *p;
};

/* What the rows of a report take on a terminal. */
struct row_lines {
	size_t around;	    /* lines of all that is no row */
	int before;	    /* columns in front of a row's label */
	const uint32_t *of; /* lines of each function's row; 0: it has none; NULL: one each */
};

/* default_key: the order where opts names none. */
struct selection selection__make(const struct profile *p, const struct report_opts *opts,
				 const char *default_key, const struct row_lines *lines);
void selection__free(struct selection *s);
/* How many rows opts->restrictions leave. */
size_t selection__rows(const struct profile *p, const struct report_opts *opts);

int text_width(const char *s); /* in code points, which is what Python pads by */

#endif
