/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a block costs in C that nobody traces: ns beyond an empty loop, medians of rounds that
 * alternate. */
#include <bpfprof.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 21
#define BLOCKS 2000000

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void empty(int n)
{
	for (int i = 0; i < n; i++)
		__asm__ volatile("" ::: "memory");
}

static void blocks(int n)
{
	for (int i = 0; i < n; i++) {
		BPFPROF_BLOCK(1, "block");
		__asm__ volatile("" ::: "memory");
	}
}

static double per_block(void (*run)(int))
{
	double start = now();

	run(BLOCKS);
	return (now() - start) / BLOCKS;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *v)
{
	qsort(v, ROUNDS, sizeof(*v), compare);
	return v[ROUNDS / 2];
}

int main(void)
{
	double on[ROUNDS], off[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double base = per_block(empty);

		on[i] = per_block(blocks) - base;
		bpfprof_control.track_off[1] = 1;
		off[i] = per_block(blocks) - base;
		bpfprof_control.track_off[1] = 0;
	}
	printf("C block, untraced: %.2f ns; track off: %.2f ns\n", median(on), median(off));
	return 0;
}
