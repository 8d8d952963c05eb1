/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is measured of each kind of call on a sibling, and the constants that follow (calibrate.h).
 */
#ifndef BPFPROF_SAMPLES_H
#define BPFPROF_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#include "bias/calibrate.h"
#include "model/profile.h"

/* A way to call. */
struct kind {
	const char *name;    /* in loops.py */
	unsigned int turn;   /* calls that a turn of the loop makes */
	unsigned int direct; /* of them, by itself */
	bool is_untold;	     /* no instruction calls: sys.monitoring tells of none */
	bool is_c;
};

#define KINDS_OF_PYTHON 6
#define KINDS		10
#define TURN		16 /* divided by every kind's */
#define FEW		8  /* turns until all is known */

extern const struct kind kinds[KINDS];

/* Of those of C only where C functions are rows. */
size_t kinds__of(const struct calibration *how);

/* One kind of call: ns on a CPU, of every round; what could not be timed is not above 0. */
struct kind_times {
	double call[2 * CALIBRATE_ROUNDS];  /* alone, a turn */
	double alone[2 * CALIBRATE_ROUNDS]; /* alone, a turn without the call */
	double base[CALIBRATE_ROUNDS];	    /* a turn without it, while the others are seen */
	double leaf[CALIBRATE_ROUNDS], loop[CALIBRATE_ROUNDS]; /* seen, a call and a turn */
	double fresh[CALIBRATE_ROUNDS]; /* likewise, a turn of the first FEW */
	struct prof_pace pace[CALIBRATE_ROUNDS];
};

struct samples {
	struct kind_times kinds[KINDS];
	bool slows; /* while they are seen the interpreter takes longer for all it does */
};

/* False: the clock is too coarse, or the machine so busy that no call cost more than nothing. */
bool samples__derive(const struct samples *all, const struct calibration *how,
		     struct prof_bias *bias);

#endif
