/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Loaded into a Python: a thread that writes words all over what bpfprof shares with the process,
 * for as long as there is any, while bpfprof reads it. scribbler__start(all): beside the tables
 * also the stub's own state, where all is 1. scribbler__words(): how many it has written.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define AREAS  64
#define ROUNDS 20000 /* words between two looks at the mappings */

int scribbler__start(int all);
unsigned long scribbler__words(void);

static struct {
	uint64_t start, end;
} areas[AREAS];
static size_t nareas;
static int with_state;
static unsigned long words;
static uint64_t state = 88172645463325252ull;

static uint64_t chance(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* The tables are mappings of BPF maps. The state is what may be written behind the stub's code. */
static void look(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	char line[512], rights[8];
	int behind = 0;

	nareas = 0;
	while (f && nareas < AREAS && fgets(line, sizeof(line), f)) {
		int stub = strstr(line, "/memfd:bpfprof") != NULL, mine;

		sscanf(line, "%lx-%lx %7s", &areas[nareas].start, &areas[nareas].end, rights);
		mine = strstr(line, "bpf-map") || (with_state && behind);
		nareas += mine && rights[1] == 'w';
		behind = stub || (behind && rights[1] != 'w');
	}
	if (f)
		fclose(f);
}

/* Small numbers are taken for indices, large ones for times, and what stands elsewhere is in place
 * there. */
static uint64_t word(void)
{
	uint64_t any = chance();

	switch (any % 4) {
	case 0: return any >> 32 & 0xff;
	case 1: return (any >> 40 & 0xffff) << 32 | (any >> 20 & 0xffff);
	case 2: return ~0ull;
	default: return chance();
	}
}

/* By the kernel, for the area may go meanwhile. */
static void write_one(void)
{
	size_t i = chance() % nareas;
	uint64_t bytes = areas[i].end - areas[i].start, value = word();
	/* what is used lies at the front */
	uint64_t at = chance() % (chance() & 1 ? bytes : bytes < 65536 ? bytes : 65536) & ~7ull;
	struct iovec from = {&value, sizeof(value)},
		     to = {(void *)(areas[i].start + at), sizeof(value)};

	words += process_vm_writev(getpid(), &from, 1, &to, 1, 0) == sizeof(value);
}

static void *scribble(void *arg)
{
	for (;;) {
		look();
		for (int n = 0; nareas && n < ROUNDS; n++)
			write_one();
		if (!nareas)
			usleep(1000);
	}
	return arg;
}

int scribbler__start(int all)
{
	pthread_t thread;

	with_state = all;
	return pthread_create(&thread, NULL, scribble, NULL);
}

unsigned long scribbler__words(void)
{
	return words;
}
