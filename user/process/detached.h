/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Work that must not be left half done when this process is killed. */
#ifndef BPFPROF_DETACHED_H
#define BPFPROF_DETACHED_H

/* What work returns where a thread that it traces has not come to a stop: the child's end lets that
 * thread go. */
#define DETACHED_STUCK (-100)

/* What work returns where the process was not stopped, by the error of inject.h. */
int detached__failed(int error);

/* Runs work(arg) in a child that has a session of its own and takes no signals, and waits for it.
 * The child shares only memory mapped MAP_SHARED. Returns what work did (-128..127), or -1 where
 * there could be no child, or no memory for it. Where it was stuck it is run again, for up to 3 s,
 * with pauses. */
int detached__run(int (*work)(void *arg), void *arg);

#endif
