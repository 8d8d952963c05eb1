/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who else works on a process, for messages. */
#ifndef BPFPROF_OTHERS_H
#define BPFPROF_OTHERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define OTHERS_WHY 200

/* What an error of process/inject.h means for this process and what to do, with the number of the
 * tracer that is in the way. */
void others__explain(int error, pid_t pid, char why[OTHERS_WHY]);

/* The bpfprof that has the memory of a process open; 0: none is seen from here. */
pid_t others__in(pid_t pid);

/* Whether that bpfprof reports and goes on at SIGUSR1: one that launched its program would pass the
 * signal on, which ends most programs. */
bool others__reports(pid_t other);

#endif
