/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Prose of the man page, in man(7) macros: what comes before and after the tables. */
#ifndef BPFPROF_MAN_H
#define BPFPROF_MAN_H

#include "cli/opts.h"

extern const char man_head[], man_builtins[], man_coroutines[], man_io[], man_processes[],
	man_tail[], man_views[], man_output[], man_live[], man_rest[];

#endif
