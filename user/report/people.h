/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What tables for people have in common. */
#ifndef BPFPROF_PEOPLE_H
#define BPFPROF_PEOPLE_H

#include "report/report.h"

size_t people__width(const struct report_opts *opts); /* of a line, in columns */
/* A line: calls, functions, time. */
void people__totals(const struct profile *p, FILE *out);
/* "and N more rows"; nothing for none. */
void people__more(size_t n, FILE *out);

#endif
