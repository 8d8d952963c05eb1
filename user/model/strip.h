/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What threads did when. Times are in ns. */
#ifndef BPFPROF_MODEL_STRIP_H
#define BPFPROF_MODEL_STRIP_H

#include <stdbool.h>
#include <stdint.h>

#include "model/reason.h"

/* What a thread did: it was blocked, by enum prof_reason, or one of these. */
enum prof_state {
	PROF_STATE_IDLE = PROF_REASONS, /* blocked too, but for want of work */
	PROF_STATE_RUNNABLE,
	PROF_STATE_RUNNING,
	PROF_STATES
};

/* By enum prof_state. */
extern const char *const prof_state_names[];

#define PROF_STRIP_BINS 128u

/* The life of a thread, or the part of it that was measured, in bins of the same width: how long in
 * each it did what. */
struct prof_strip {
	uint64_t start_ns; /* CLOCK_MONOTONIC; the first bin begins then */
	uint64_t bin_ns;   /* not 0 */
	uint32_t nbins;	   /* PROF_STRIP_BINS at most; the last may be told in part */
	int64_t ns[PROF_STRIP_BINS][PROF_STATES];
};

struct prof_strip *prof_strip__copy(const struct prof_strip *strip); /* of NULL: NULL */

/* Up to where it is told. */
uint64_t prof_strip__end(const struct prof_strip *strip);

/* Both, one after the other, in bins of a width of their own, over which what a bin has is spread
 * evenly. To be freed. */
struct prof_strip *prof_strip__join(const struct prof_strip *strip, const struct prof_strip *next);

/* What it did most in the bin. */
enum prof_state prof_strip__most(const struct prof_strip *strip, uint32_t bin);

#endif
