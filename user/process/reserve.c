/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files of nothing. */
#include "process/reserve.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "process/procmem.h"

static int fds[8]; /* 0: none. Leaving has up to three files open at once. */

#define N (sizeof(fds) / sizeof(*fds))

bool reserve__take(void)
{
	for (size_t i = 0; i < N; i++) {
		int fd = fds[i] ? fds[i] : epoll_create1(EPOLL_CLOEXEC);

		if (fd < 0)
			return false;
		fds[i] = fd;
	}
	return true;
}

int reserve__open_memory(pid_t pid)
{
	int mem = procmem__open(pid), error;

	if (mem < 0 || reserve__take())
		return mem;
	error = -errno;
	close(mem);
	return error;
}

void reserve__release(void)
{
	for (size_t i = 0; i < N; i++) {
		if (fds[i])
			close(fds[i]);
		fds[i] = 0;
	}
}
