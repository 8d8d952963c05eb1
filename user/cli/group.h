/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Processes that the user names by their control group or container (--cgroup, --container). */
#ifndef BPFPROF_GROUP_H
#define BPFPROF_GROUP_H

#include "cli/opts.h"

/* Whether processes that run are named, be it by number. */
bool group__is_asked(const struct opts *o);

/* The processes of --cgroup and --container as if each had been given by -p: those that run Python,
 * or with --children all, for they may start some. 0, or -1 after one line. */
int group__find(struct opts *o);

#endif
