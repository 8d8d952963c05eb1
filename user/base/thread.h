/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Starting threads of our own, with the signals that they are to have: none. */
#ifndef BPFPROF_THREAD_H
#define BPFPROF_THREAD_H

#include <pthread.h>
#include <signal.h>

/* Starts a thread that no signal is delivered to: signals are for those who wait for them, and a
 * pipe that nobody reads is an error to be told, not a death. Returns 0 or an errno. */
int thread__start(pthread_t *thread, void *(*work)(void *), void *arg);

/* For a library that starts one, which inherits them: all signals of the calling thread wait until
 * they are given back. */
void thread__hold_signals(sigset_t *before);
void thread__give_signals(const sigset_t *before);

#endif
