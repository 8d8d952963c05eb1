/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a backend adds to each call (user/model/bias.h), measured on a twin of the interpreter:
 * loops of empty functions, timed alone by the twin itself and then seen by the very probes.
 *
 * Alone, an iteration takes `base` without the call and `call` with it, so the call costs call -
 * base, which is the callee's own time by definition. Seen, the callee's own time is L and the
 * loop's, by iteration, C; hence inside = L - (call - base), and outside = C - base. Medians over
 * rounds, the mean over kinds of calls; the error is how far the kinds and the rounds lie apart.
 */
#ifndef BPFPROF_CALIBRATE_H
#define BPFPROF_CALIBRATE_H

#include <stdio.h>

#include "capture/capture.h"
#include "model/profile.h"

struct calibration {
	unsigned int calls;  /* in each loop */
	unsigned int rounds; /* of each kind, 1 to CALIBRATE_ROUNDS */
	FILE *log;	     /* each kind's figures; NULL: none */
};

#define CALIBRATE_ROUNDS   99u
#define CALIBRATE_AT_START 5u /* rounds: no longer than a blink */

/* Measures in the open session of c, which is left as it was. 0; -1 with *why (static text). */
int calibrate__measure(const struct capture *c, const struct calibration *how,
		       struct prof_bias *bias, const char **why);

#endif
