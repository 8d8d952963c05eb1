/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One window of one process, in a child of the agent's. */
#ifndef BPFPROF_WINDOW_H
#define BPFPROF_WINDOW_H

#include "agent/agent.h"

/* How it ended, as the exit status of that child. */
enum {
	WINDOW_SPOOLED, /* its profile stands in the spool */
	WINDOW_FAILED, /* it could not be profiled, or the profile not be kept; one line was said */
	WINDOW_IDLE,   /* nothing was called */
	WINDOW_GONE,   /* the process has ended meanwhile */
};

/* Profiles the process pid as the plan has it, puts its profile into the spool, and ends this
 * process. */
_Noreturn void window__run(const struct agent_plan *plan, const struct spool *spool, pid_t pid);

#endif
