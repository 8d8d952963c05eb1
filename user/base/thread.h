/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Threads of our own. */
#ifndef BPFPROF_THREAD_H
#define BPFPROF_THREAD_H

#include <pthread.h>

/* Starts a thread that no signal is delivered to: signals are for those who wait for them, and a
 * pipe that nobody reads is an error to be told, not a death. Returns 0 or an errno. */
int thread__start(pthread_t *thread, void *(*work)(void *), void *arg);

#endif
