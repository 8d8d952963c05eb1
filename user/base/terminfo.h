/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What makes a terminal do something, as terminfo has it: headers of terminfo itself take too many
 * names. Not thread-safe. */
#ifndef BPFPROF_TERMINFO_H
#define BPFPROF_TERMINFO_H

#include <stdbool.h>

/* Of the terminal at fd, which $TERM names; false: it is not known. */
bool terminfo__open(int fd);
/* By terminfo's short name, "clear"; NULL: the terminal has no such thing. */
const char *terminfo__string(const char *name);

#endif
