/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is written to stdout and stderr while the live screen has the terminal. */
#ifndef BPFPROF_TOP_SPOOL_H
#define BPFPROF_TOP_SPOOL_H

/* From here on stdin is empty; stdout, and stderr where that is a terminal, go to a file without a
 * name in $TMPDIR, /var/tmp or /tmp, or to memory. */
void spool__begin(void);
/* Gives them back to the terminal, and shows it what was kept. */
void spool__end(int in, int out);

#endif
