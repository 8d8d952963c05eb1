/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One window of one process, in a child of the agent's. */
#ifndef BPFPROF_WINDOW_H
#define BPFPROF_WINDOW_H

#include "agent/agent.h"

/* How it ended, as its status. */
enum { WINDOW_SPOOLED, WINDOW_FAILED, WINDOW_IDLE, WINDOW_GONE };

_Noreturn void window__run(const struct agent_plan *plan, const struct spool *spool, pid_t pid);

#endif
