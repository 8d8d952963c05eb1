/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why a profile has no calls, said in the profile itself. */
#ifndef BPFPROF_NOTES_H
#define BPFPROF_NOTES_H

#include "model/profile.h"
#include "process/state.h"

/* A note that says why p has no calls, where it has none: from the process as it was at the start
 * of the measurement and as it is at its end. */
void notes__no_calls(struct profile *p, const struct process_state *start,
		     const struct process_state *end);

#endif
