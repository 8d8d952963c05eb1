/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One report at a time, on a thread of its own. */
#include "live/writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"

struct writer {
	struct sink sink;
	pthread_t thread;
	int given, done, stop; /* eventfds */
	bool busy;
	const struct profile *p; /* given; NULL: end */
	bool last;
	int status;
};

static void signal_event(int fd)
{
	const uint64_t one = 1;
	ssize_t n;

	do
		n = write(fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
}

static bool take_event(int fd)
{
	uint64_t n;

	return read(fd, &n, sizeof(n)) == sizeof(n);
}

static void *work(void *arg)
{
	struct writer *w = arg;

	while (take_event(w->given) && w->p) {
		w->status = w->sink.write(w->sink.arg, w->p, w->last, w->stop);
		signal_event(w->done);
	}
	return NULL;
}

static void release(struct writer *w)
{
	const int fds[] = {w->given, w->done, w->stop};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	free(w);
}

struct writer *writer__start(const struct sink *sink)
{
	struct writer *w = xcalloc(1, sizeof(*w));
	int error = 0;

	*w = (struct writer){.sink = *sink,
			     .given = eventfd(0, EFD_CLOEXEC),
			     .done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
			     .stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	if (w->given < 0 || w->done < 0 || w->stop < 0)
		error = errno;
	if (!error)
		error = thread__start(&w->thread, work, w);
	if (!error)
		return w;
	err("cannot write reports: %s; free some memory, files and threads and retry",
	    strerror(error));
	release(w);
	return NULL;
}

void writer__give(struct writer *w, const struct profile *p, bool last)
{
	w->p = p;
	w->last = last;
	w->busy = true;
	signal_event(w->given);
}

int writer__fd(const struct writer *w)
{
	return w->done;
}

bool writer__is_idle(struct writer *w)
{
	if (w->busy && take_event(w->done))
		w->busy = false;
	return !w->busy;
}

int writer__status(const struct writer *w)
{
	return w->busy ? 0 : w->status;
}

void writer__give_up(struct writer *w)
{
	signal_event(w->stop);
}

void writer__free(struct writer *w)
{
	if (!w)
		return;
	w->p = NULL;
	signal_event(w->given);
	pthread_join(w->thread, NULL);
	release(w);
}
