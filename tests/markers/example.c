/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The header's use in a small program: three tracks, nested and by hand. example [ROUNDS] */
#include <bpfprof.h>

#include <stdio.h>
#include <stdlib.h>

enum { REQUEST, DB, RENDER };

static unsigned int work(unsigned int n)
{
	unsigned int sum = 0;

	for (volatile unsigned int i = 0; i < n; i++)
		sum += i;
	return sum;
}

static unsigned int query(void)
{
	BPFPROF_BLOCK(DB, "query");
	return work(1000);
}

static unsigned int request(void)
{
	BPFPROF_SITE(render, RENDER, "render");
	BPFPROF_BLOCK(REQUEST, "request");
	unsigned int sum = query() + query();
	int begun = bpfprof_begin(&render);

	sum += work(500);
	bpfprof_end(&render, begun);
	return sum;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 100;
	unsigned int sum = 0;

	bpfprof_track_name(REQUEST, "Requests");
	bpfprof_track_name(DB, "DB");
	bpfprof_track_name(RENDER, "Render");
	for (int i = 0; i < rounds; i++)
		sum += request();
	printf("%d rounds, sum %u\n", rounds, sum);
	return 0;
}
