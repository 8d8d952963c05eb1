/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A profile's blocks in the order of every report: those of one group (a profiler in the program)
 * after another's, by track, then as they were first seen. */
#ifndef BPFPROF_TRACKS_H
#define BPFPROF_TRACKS_H

#include "model/profile.h"

struct ordered {
	const struct profile *p;
	const struct prof_block **v;
	size_t n;
};

struct ordered tracks__order(const struct profile *p); /* .v to be freed */
/* The track of the i-th block. */
const struct prof_track *tracks__at(const struct ordered *o, size_t i);
/* The index behind the last block of the track, or of the group, whose first block is at i. */
size_t tracks__end(const struct ordered *o, size_t i);
size_t tracks__group_end(const struct ordered *o, size_t i);
/* The hits of the blocks from index from up to, not including, index end, added up. */
struct prof_hits tracks__sum(const struct ordered *o, size_t from, size_t end);
/* What a group is called; that of blocks without one by the program. t may be NULL. */
const char *tracks__group(const struct profile *p, const struct prof_track *t);

/* The mean of a hit, in ns; 0 where there are none. */
double hits__average(const struct prof_hits *h);
double hits__percent(int64_t part, int64_t whole); /* 0 of nothing */
/* An upper bound, at most twice the truth, of the time that so many of the hits took: what a
 * histogram of powers of two can tell. */
uint64_t hits__percentile(const struct prof_hits *h, unsigned int percent);

#endif
