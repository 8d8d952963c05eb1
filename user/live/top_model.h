/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the live screen knows of a run: each reading of it is fed in, and any span between the
 * start, the last reset, the mark, the reading before the last and the last can be looked at. Plain
 * arithmetic on profiles: it knows no terminal, no process and no clock. Not thread-safe.
 */
#ifndef BPFPROF_TOP_MODEL_H
#define BPFPROF_TOP_MODEL_H

#include "live/top_stats.h"

#define TOP_TRAIL 120 /* readings that a plot goes back */

/* What happened from one reading to the next, by the wall. */
struct top_point {
	float calls; /* a second */
	float busy;  /* of the whole: CPUs in use; of a function: own time, of each second */
};

/* The last readings, the newest at (n - 1) % TOP_TRAIL. */
struct top_trail {
	struct top_point points[TOP_TRAIL];
	unsigned int n;
};

struct top_func {
	char *name, *file; /* safe to be shown */
	uint32_t line;
	bool mine; /* of the program itself, not of Python or of what is installed beside it */
};

struct top_edge {
	uint32_t caller, callee; /* indices into funcs */
};

/* By what the rows of a list are put together: threads whose names differ in numbers alone, or that
 * are of one process; blocks of one track. */
enum top_by { TOP_EACH, TOP_BY_NAME, TOP_BY_PROCESS, TOP_BY_TRACK, TOP_BYS };

struct top_group {
	char *key, *name, *size; /* safe to be shown; size: what of it was found in the last
				  * reading */
	unsigned int n;
};

struct top_groups {
	struct top_group *v; /* in the order that they were first seen */
	size_t n;
};

struct top_thread {
	struct prof_thread key; /* as it was first seen, without a name */
	char *name;
	uint32_t group[TOP_BYS];
	bool ended, gone; /* by the last reading; and by the one before */
};

struct top_block {
	char *name, *track;
	uint32_t group[TOP_BYS];
};

/* The points of all functions at one reading. */
struct top_points {
	struct top_point *v;
	size_t n;
};

struct top_model {
	struct profile *keys;	/* functions, pairs, paths and blocks in the order they were first
				 * seen */
	struct top_func *funcs; /* as those of keys, as are the next two */
	size_t nfuncs;
	struct top_edge *edges;
	size_t nedges;
	struct top_block *blocks;
	size_t nblocks;
	struct top_thread *threads;
	size_t nthreads;
	struct profile *parts; /* what threads call: its edges lead from threads to funcs */
	struct top_groups groups[TOP_BYS];
	/* of the rows of each; of threads calls and own time only; the last of all functions
	 * together */
	struct top_stats func_stats, edge_stats, path_stats, part_stats, block_stats, thread_stats,
		all;
	struct top_points points[TOP_TRAIL];	      /* as those of trail */
	struct top_trail trail;			      /* of all functions together */
	uint64_t now_ns, before_ns, base_ns, mark_ns; /* since the start, of the readings */
	unsigned int readings;
	bool marked;
	char *command, *how; /* safe to be shown; how: backend and version */
	uint32_t pid;
	char *lost; /* what was lost, in one line; NULL: nothing */
	char **notes;
	size_t nnotes;
	bool io, coroutines; /* are counted */
	double profiling;    /* the part of all time that was the profiler's own, taken off */
};

struct top_model *top_model__new(void);
void top_model__free(struct top_model *m); /* accepts NULL */

/* The next reading of the same run, its bias taken off. */
void top_model__feed(struct top_model *m, const struct profile *p);

/* Totals count from the last reading on; a mark is forgotten. */
void top_model__reset(struct top_model *m);
/* Sets the mark to the last reading, or forgets it. */
void top_model__mark(struct top_model *m, bool set);

/* The figures of row s[row] of the model, and how long the span is. */
struct top_figures top_model__figures(const struct top_model *m, const struct top_stats *s,
				      size_t row, enum top_span span,
				      const struct prof_clock *clock);

/* The last readings of a function; 0 where it was not there yet. */
struct top_trail top_model__trail(const struct top_model *m, uint32_t func);

#endif
