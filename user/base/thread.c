/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/thread.h"

void thread__hold_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, before);
}

void thread__give_signals(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

int thread__start(pthread_t *thread, void *(*work)(void *), void *arg)
{
	sigset_t before;
	int error;

	thread__hold_signals(&before);
	error = pthread_create(thread, NULL, work, arg);
	thread__give_signals(&before);
	return error;
}
