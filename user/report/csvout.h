/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Fields of CSV files. */
#ifndef BPFPROF_CSVOUT_H
#define BPFPROF_CSVOUT_H

#include <stdio.h>

/* Prints one field: quoted as Python's csv.writer does, control characters escaped. A text that
 * begins with "=" stays as it is: what a spreadsheet makes of it is settled where it is opened. */
void csv__field(const char *text, FILE *out);

#endif
