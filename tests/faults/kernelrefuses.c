/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * To be preloaded: call number REFUSE_AT (from 1 on) of bpf() and perf_event_open() that the
 * process makes by syscall(), as libbpf does, fails with errno REFUSE_ERROR. How many there were is
 * written to the file REFUSE_COUNT at the end. What the process starts is not preloaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static long at, error, n;
static long (*next)(long nr, ...);
static pid_t self;

static long number(const char *variable)
{
	const char *text = getenv(variable);

	return text ? strtol(text, NULL, 10) : 0;
}

long syscall(long nr, ...)
{
	long a[6];
	va_list args;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "syscall");
	if ((nr == SYS_bpf || nr == SYS_perf_event_open) &&
	    __atomic_add_fetch(&n, 1, __ATOMIC_RELAXED) == at) {
		errno = (int)error;
		return -1;
	}
	return next(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

__attribute__((constructor)) static void begin(void)
{
	unsetenv("LD_PRELOAD");
	self = getpid();
	at = number("REFUSE_AT");
	error = number("REFUSE_ERROR");
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("REFUSE_COUNT");
	FILE *f = path && getpid() == self ? fopen(path, "w") : NULL;

	if (f) {
		fprintf(f, "%ld\n", n);
		fclose(f);
	}
}
