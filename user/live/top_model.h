/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the live screen knows of a run: each reading of it is fed in, and any span between the
 * start, the last reset, the mark, the reading before the last and the last can be looked at. Plain
 * arithmetic on profiles: it knows no terminal, no process and no clock. Not thread-safe.
 */
#ifndef BPFPROF_TOP_MODEL_H
#define BPFPROF_TOP_MODEL_H

#include "model/clock.h"
#include "model/profile.h"

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

/* The figures of one row at the readings that spans begin and end with. */
struct top_series {
	struct prof_stat now, before, base, mark;
};

/* From the start or the last reset on; the last interval; before and since the mark. */
enum top_span { TOP_TOTAL, TOP_LAST, TOP_UNTIL_MARK, TOP_SINCE_MARK, TOP_SPANS };

/* What a row did in one span, by one clock. */
struct top_figures {
	double calls, own_ns, cum_ns;
	double seconds; /* how long the span is; 0: there is none yet */
};

struct top_func {
	char *name, *file; /* safe to be shown */
	uint32_t line;
	bool mine; /* of the program itself, not of Python or of what is installed beside it */
	struct top_series series;
	struct top_trail trail;
};

struct top_edge {
	uint32_t caller, callee; /* indices into funcs */
	struct top_series series;
};

struct top_thread {
	struct prof_thread key; /* as it was first seen, without a name */
	char *name;
	struct top_series series; /* calls and own time only */
};

struct top_block {
	char *name, *track;
	struct top_series series;
};

struct top_model {
	struct profile *keys;	/* functions, pairs and blocks in the order they were first seen */
	struct top_func *funcs; /* as those of keys, as are the next two */
	size_t nfuncs;
	struct top_edge *edges;
	size_t nedges;
	struct top_block *blocks;
	size_t nblocks;
	struct top_thread *threads;
	size_t nthreads;
	struct top_series all; /* of all functions together */
	struct top_trail trail;
	uint64_t now_ns, before_ns, base_ns, mark_ns; /* since the start, of the readings */
	unsigned int readings;
	bool marked;
	char *command, *how; /* safe to be shown; how: backend and version */
	uint32_t pid;
	char *lost; /* what was lost, in one line; NULL: nothing */
	char **notes;
	size_t nnotes;
	double profiling; /* the part of all time that was the profiler's own, taken off */
	double error_ns;  /* of all own times together */
};

struct top_model *top_model__new(void);
void top_model__free(struct top_model *m); /* accepts NULL */

/* The next reading of the same run, its bias taken off. */
void top_model__feed(struct top_model *m, const struct profile *p);

/* Totals count from the last reading on; a mark is forgotten. */
void top_model__reset(struct top_model *m);
/* Sets the mark to the last reading, or forgets it. */
void top_model__mark(struct top_model *m, bool set);

/* Never negative: what is taken off may change from one reading to the next. */
struct top_figures top_model__figures(const struct top_model *m, const struct top_series *s,
				      enum top_span span, const struct prof_clock *clock);

#endif
