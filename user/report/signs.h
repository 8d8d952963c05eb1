/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What stands behind a row of a table, and is explained beneath it. */
#ifndef BPFPROF_SIGNS_H
#define BPFPROF_SIGNS_H

#include "report/order.h"
#include "report/report.h"

#define SIGNS_LINES 2 /* that explain them, at most */

/* Those of a function's row, each after a blank. */
void signs__print(const struct report_opts *opts, uint32_t row, FILE *out);
/* Explains those of the rows that are shown. */
void signs__explain(const struct selection *s, const struct report_opts *opts, FILE *out);

/* Behind figures in which activations are that no call is counted for. */
#define SIGN_OPEN "+"
const char *sign__open(const struct prof_stat *st); /* that, or "" */
/* What it means; p: the whole profile. */
const char *sign__open_text(const struct profile *p);

#endif
