/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Loaded into a Python that waits: a thread that does away with what bpfprof has mapped there, once
 * it is there. unmapper__start(how): 0: the stub's pages are unmapped; 1: others, of zeroes, are
 * mapped over them; 2: others of garbage are; 3: the tables are unmapped.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int unmapper__start(int how);
int unmapper__done(void);

static int way, done;

/* A mapping of bpfprof's; false: there is none yet. */
static int find(const char *name, unsigned long *start, unsigned long *end)
{
	FILE *f = fopen("/proc/self/maps", "re");
	char line[512];
	int found = 0;

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, name) && sscanf(line, "%lx-%lx", start, end) == 2;
	if (f)
		fclose(f);
	return found;
}

static void *work(void *arg)
{
	const char *name = way == 3 ? "bpf-map" : "/memfd:bpfprof";
	unsigned long start, end;
	void *at;

	while (!find(name, &start, &end))
		usleep(1000);
	usleep(50000); /* counting has begun, or is about to */
	find(name, &start, &end);
	munmap((void *)start, end - start);
	if (way == 1 || way == 2) {
		at = mmap((void *)start, end - start, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		if (at != MAP_FAILED && way == 2)
			memset(at, 0x5a, end - start);
	}
	done = 1;
	return arg;
}

int unmapper__start(int how)
{
	pthread_t thread;

	way = how;
	return pthread_create(&thread, NULL, work, NULL);
}

int unmapper__done(void)
{
	return done;
}
