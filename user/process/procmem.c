/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* /proc/PID/mem, /proc/PID/status and its like. */
#include "process/procmem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

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

/* What follows the field's name, up to the line's end; "": there is no such field. */
static void status_of(pid_t pid, const char *field, char value[256])
{
	char path[32], line[256];
	size_t n = strlen(field);
	FILE *f;

	*value = '\0';
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && !*value && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, field, n) && line[n] == ':')
			strcpy(value, line + n + 1);
	}
	if (f)
		fclose(f);
}

int procstatus__number(pid_t pid, const char *field)
{
	char value[256];

	status_of(pid, field, value);
	return atoi(value);
}

uint64_t procstatus__mask(pid_t pid, const char *field)
{
	char value[256];

	status_of(pid, field, value);
	return strtoull(value, NULL, 16);
}

int procstatus__last_number(pid_t pid, const char *field)
{
	char value[256];
	const char *last;

	status_of(pid, field, value);
	last = strrchr(value, '\t');
	return last ? atoi(last) : 0;
}

char *procfile__bytes(int dir, const char *name, size_t *n)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	char *text = xcalloc(1, 1);
	ssize_t got = 1;

	for (*n = 0; fd >= 0 && got > 0 && *n < 65536;) {
		text = xrealloc(text, *n + 4097, 1);
		got = read(fd, text + *n, 4096);
		*n += got > 0 ? got : 0;
		text[*n] = '\0';
	}
	if (fd >= 0)
		close(fd);
	return text;
}

char *procfile__text(int dir, const char *name)
{
	size_t n;

	return procfile__bytes(dir, name, &n);
}
