/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A program with blocks, of known numbers. marked WHAT [N]
 *   threads N    N threads, nesting and recursion
 *   odd          ends without begins, begins without ends, one left open at the end
 *   many N       N distinct blocks, each hit twice
 *   fork         the child's hits are not the parent's
 *   exec         hits, and then becomes "odd"
 *   switch       for each line read, a thousand hits on tracks 3 and 4; says a line first
 *   load FILE N  loads the library and calls its loaded() N times
 */
#include <bpfprof.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 100

static void recurse(int depth)
{
	BPFPROF_BLOCK(1, "recurse");

	if (depth > 1)
		recurse(depth - 1);
}

static void *work(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		BPFPROF_BLOCK(1, "outer");
		for (int k = 0; k < 3; k++) {
			BPFPROF_BLOCK(2, "inner");
			__asm__ volatile("");
		}
		recurse(4);
	}
	return arg;
}

static int threads(int n)
{
	pthread_t *all = calloc(n, sizeof(*all));

	bpfprof_track_name(1, "one");
	for (int i = 0; i < n; i++)
		pthread_create(&all[i], NULL, work, NULL);
	for (int i = 0; i < n; i++)
		pthread_join(all[i], NULL);
	free(all);
	return 0;
}

BPFPROF_SITE(holds, 5, "holds");
BPFPROF_SITE(unended, 5, "unended");
BPFPROF_SITE(unbegun, 5, "unbegun");
BPFPROF_SITE(left, 5, "left open");

static int odd(void)
{
	bpfprof_block_begin(&holds);
	for (int i = 0; i < 3; i++)
		bpfprof_block_begin(&unended);
	for (int i = 0; i < 5; i++)
		bpfprof_block_end(&unbegun);
	bpfprof_block_end(&holds);
	bpfprof_block_end(&holds);
	bpfprof_block_begin(&left);
	return 0;
}

/* Descriptions stay for ever, as they must. */
static int many(int n)
{
	struct bpfprof_block *all = calloc(n, sizeof(*all));

	for (int i = 0; i < n; i++) {
		char name[32];

		snprintf(name, sizeof(name), "block %d", i);
		all[i] = (struct bpfprof_block){i % 7, i, strdup(name), "many.c", NULL};
	}
	for (int i = 0; i < 2 * n; i++) {
		bpfprof_block_begin(&all[i % n]);
		bpfprof_block_end(&all[i % n]);
	}
	return 0;
}

static int forks(void)
{
	pid_t child;
	int status;

	work(NULL);
	child = fork();
	work(NULL);
	if (!child)
		_exit(0);
	waitpid(child, &status, 0);
	return status;
}

static int switched(void)
{
	char line[64];

	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		for (int i = 0; i < 1000; i++) {
			BPFPROF_BLOCK(3, "three");
			BPFPROF_BLOCK(4, "four");
		}
		puts("done");
	}
	return 0;
}

static int load(const char *path, int n)
{
	void *lib = dlopen(path, RTLD_NOW);
	void (*loaded)(void) = lib ? (void (*)(void))dlsym(lib, "loaded") : NULL;

	if (!loaded)
		return 1;
	for (int i = 0; i < n; i++)
		loaded();
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int n = argc > 2 ? atoi(argv[argc - 1]) : 0;

	if (!strcmp(what, "threads"))
		return threads(n);
	if (!strcmp(what, "odd"))
		return odd();
	if (!strcmp(what, "many"))
		return many(n);
	if (!strcmp(what, "fork"))
		return forks();
	if (!strcmp(what, "switch"))
		return switched();
	if (!strcmp(what, "load"))
		return load(argv[2], n);
	if (!strcmp(what, "exec")) {
		threads(1);
		execl("/proc/self/exe", argv[0], "odd", NULL);
	}
	return 2;
}
