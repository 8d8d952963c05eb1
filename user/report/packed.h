/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text within a page of HTML that takes less room there: gzip, in base64. */
#ifndef BPFPROF_PACKED_H
#define BPFPROF_PACKED_H

#include <stdio.h>

/* A stream whose text goes to out packed; to be closed, which writes its end and leaves out open.
 * What fails shows at out's ferror(), or as an error of fclose(). */
FILE *packed__open(FILE *out);

#endif
