/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Loaded into bpfprof (LD_PRELOAD), where it writes into another process's memory:
 * REFUSE=FILE   what may not be written there cannot be, as on kernels that force no writes; FILE
 * is made then. MEDDLE="AT ADDRESS VALUE"   after the first write that has AT in it, VALUE is
 * written to ADDRESS: another tool has been there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t write_through(int fd, const void *buf, size_t n, off_t at)
{
	ssize_t (*next)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite64");

	return next(fd, buf, n, at);
}

/* Of which process fd is the memory; 0: of none. */
static int process_of(int fd)
{
	char link[32], path[64] = "";
	int pid = 0;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) < 0 || !strstr(path, "/mem"))
		return 0;
	sscanf(path, "/proc/%d/mem", &pid);
	return pid;
}

static bool may_be_written(int pid, unsigned long at)
{
	unsigned long start, end;
	char path[32], line[512], rights[8] = "";
	bool may = true;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) == 3 && start <= at &&
		    at < end)
			may = rights[1] == 'w';
	}
	if (f)
		fclose(f);
	return may;
}

static bool is_refused(int fd, unsigned long at)
{
	const char *file = getenv("REFUSE");
	int pid = file ? process_of(fd) : 0;

	if (!pid || may_be_written(pid, at))
		return false;
	close(open(file, O_CREAT | O_WRONLY, 0600));
	errno = EIO;
	return true;
}

static void meddle(int fd, unsigned long at, size_t n)
{
	const char *what = getenv("MEDDLE");
	unsigned long where, address, value;
	static int times;

	if (what && sscanf(what, "%lx %lx %lx", &where, &address, &value) == 3 && at <= where &&
	    where < at + n && process_of(fd) && ++times == 1)
		write_through(fd, &value, sizeof(value), address);
}

ssize_t pwrite64(int fd, const void *buf, size_t n, off_t at)
{
	ssize_t done = is_refused(fd, at) ? -1 : write_through(fd, buf, n, at);

	if (done > 0)
		meddle(fd, at, n);
	return done;
}

ssize_t pwrite(int fd, const void *buf, size_t n, off_t at)
{
	return pwrite64(fd, buf, n, at);
}
