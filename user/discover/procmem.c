/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* /proc/PID/mem. */
#include "discover/procmem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int procmem__open(pid_t pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

bool procmem__read(int fd, uint64_t addr, void *buf, size_t size)
{
	return pread(fd, buf, size, addr) == (ssize_t)size;
}

bool procmem__write(int fd, uint64_t addr, const void *buf, size_t size)
{
	return pwrite(fd, buf, size, addr) == (ssize_t)size;
}
