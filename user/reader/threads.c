/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rows of threads, and what /proc says of those that live. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/profile.h"
#include "reader/parts.h"
#include "reader/seed.h"

bool row__is_used(const struct acc_row *row)
{
	return row->tid && (row->calls || row->own_ticks);
}

uint32_t *rows__threads(const struct tables *t, const struct profile *p, size_t first)
{
	uint32_t *map = xcalloc(t->size.rows, sizeof(*map)), next = first;

	for (__u32 i = 0; i < t->size.rows; i++)
		map[i] = i && row__is_used(&t->rows[i]) && next < p->nthreads ? next++ : PROF_NONE;
	return map;
}

#define RATE_NS 100000 /* more is no error of the rate, and would make another thread of it */

uint64_t row__first_ns(const struct prof_thread *th, uint64_t by_tick)
{
	const uint64_t own = th->tottime_ns > 0 ? (uint64_t)th->tottime_ns : 0;
	uint64_t first = own < th->end_ns ? th->end_ns - own : 0;

	if (th->strip && th->strip->start_ns < first)
		first = th->strip->start_ns;
	return first < by_tick && by_tick - first < RATE_NS ? first : by_tick;
}

/* The number of a thread in the innermost pid namespace, and its name. */
static int inner_tid(int pid, int tid, char comm[16])
{
	char path[64], line[256];
	int inner = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		const char *last = strrchr(line, '\t');

		if (!strncmp(line, "Name:\t", 6))
			snprintf(comm, 16, "%.*s", (int)strcspn(line + 6, "\n"), line + 6);
		if (!strncmp(line, "NSpid:", 6) && last)
			inner = atoi(last);
	}
	if (f)
		fclose(f);
	return inner;
}

void tables__name_threads(struct tables *t, int pid)
{
	char path[32], comm[16] = "";
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (d = readdir(dir))) {
		int tid = atoi(d->d_name), inner = tid > 0 ? inner_tid(pid, tid, comm) : 0;

		for (__u32 i = 1; inner && i < t->size.rows; i++) {
			struct acc_row *row = &t->rows[i];

			if (row->tid != (__u32)inner || row->end_ns || *row->comm)
				continue;
			row->tid = tid;
			memcpy(row->comm, comm, sizeof(comm));
		}
	}
	if (dir)
		closedir(dir);
}

static __u32 number_here(const struct numbers *numbers, __u32 tid)
{
	for (size_t i = 0; i < numbers->n; i++) {
		if (numbers->v[i].outside == tid)
			return numbers->v[i].here;
	}
	return tid;
}

void tables__name_rows(struct tables *t, int pid, const struct numbers *numbers, uint32_t n)
{
	char path[64];

	for (uint32_t i = 1; i <= n && i < t->size.rows; i++) {
		struct acc_row *row = &t->rows[i];
		char comm[16] = "";
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/task/%u/comm", pid,
			 number_here(numbers, row->tid));
		f = *row->comm ? NULL : fopen(path, "re");
		if (!f)
			continue;
		if (fgets(comm, sizeof(comm), f) && !*row->comm)
			snprintf(row->comm, sizeof(row->comm), "%.*s", (int)strcspn(comm, "\n"),
				 comm);
		fclose(f);
	}
}
