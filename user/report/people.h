/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What tables for people have in common. */
#ifndef BPFPROF_PEOPLE_H
#define BPFPROF_PEOPLE_H

#include "report/report.h"

/* How many columns a line may take; in a file nothing has to be cut. */
size_t people__width(const struct report_opts *opts);
/* Prints one line: how many calls of how many functions p has, and what time they took; and
 * where functions are hidden, of how many in how much. */
void people__totals(const struct profile *p, const struct report_opts *opts, FILE *out);
/* Prints "and N more rows"; nothing where n is 0. */
void people__more(size_t n, FILE *out);

#endif
