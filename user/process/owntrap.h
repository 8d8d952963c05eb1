/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* SIGTRAP as the stopped process itself has it: a step of a worker ends in one that the kernel
 * forces, for which it takes an ignoring away, and among which the process's own may come. */
#ifndef BPFPROF_OWNTRAP_H
#define BPFPROF_OWNTRAP_H

#include <stdbool.h>
#include <sys/types.h>

struct inject;

/* Whether it ignores SIGTRAP, or its first thread blocks it; before the first step or breakpoint.
 */
bool own_trap__is_ignored(pid_t pid);
bool own_trap__is_blocked(pid_t pid);
/* Whether the worker has stopped by a SIGTRAP that somebody sent, which is kept. */
bool own_trap__came(struct inject *in);
/* After the last step: it is ignored as before. */
void own_trap__ignore(struct inject *in);
/* A thread that has stopped at a breakpoint blocks it again; its process ignores it again. */
void own_trap__block(pid_t tid);
void own_trap__ignore_again(pid_t pid, pid_t tid);
/* Once the worker has its signal mask back: what came comes again. */
void own_trap__send(const struct inject *in);

#endif
