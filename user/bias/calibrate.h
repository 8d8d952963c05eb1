/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a backend adds to each call (user/model/bias.h), measured on a sibling of the interpreter:
 * loops of empty functions, timed alone by the sibling itself and then seen by the very probes. All
 * times are those on a CPU, so that what else the machine does is in none of them.
 *
 * Alone, a turn of the loop takes `base` without the calls and `call` with them, so the n calls of
 * a turn cost call - base, which is their own time by definition. As a machine's speed changes,
 * base is timed beside each loop that is seen too, and call is told in multiples of it: the least
 * of each. Of the
 * calls the loop itself makes d (in recursion the first one), the others are made by the callees.
 * Seen, own time is L by the callee's call and C by the turn of the loop; hence
 *
 *   outside = (C - base) / d
 *   inside  = L - ((call - base) + (n - d) * outside) / n
 *
 * Of each kind of call: the round that took least, and in the error how far the next one is, for a
 * processor that others share is slow for half of some seconds; the rounds of kinds take turns, so
 * that a slow moment is in one round of each and not in all of one. A profile does not tell the
 * kinds apart, so the constants are those of the kind that costs least, and how far the others are
 * is in the errors.
 *
 * With C functions as rows calls of these have constants of their own, found in the same way. Up to
 * 3.11 the interpreter is slower then in all it does: base is timed alone there, so that how much
 * slower a turn of the loop is stands in the constants of its call, as so much outside.
 *
 * Before that each loop is seen for a few turns: what a call costs more there than later is what it
 * costs to be the first of its caller and callee, the least of the rounds.
 */
#ifndef BPFPROF_CALIBRATE_H
#define BPFPROF_CALIBRATE_H

#include <stdio.h>

#include "bias/sibling.h"
#include "model/profile.h"
#include "probe/steps.h"

struct calibration {
	unsigned int calls;  /* in each loop */
	unsigned int rounds; /* of each kind, 1 to CALIBRATE_ROUNDS */
	FILE *log;	     /* each kind's figures; NULL: none */
	bool builtins;	     /* with C functions as rows: of calls of these too */
};

#define CALIBRATE_ROUNDS   99u
#define CALIBRATE_AT_START 10u /* rounds: some are quick where half of the time is not */

/* Starts the sibling, which times itself alone while its caller does other things: makes the
 * tables, say. 0; -1 with *why (static text). Ended by calibrate__measure or sibling__end. */
int calibrate__start(struct sibling *t, const struct interp *in, const struct calibration *how,
		     const char **why);

/* Measures what the steps of a backend add to each call of the interpreter of `beside`, in its open
 * session, which is left as it was. t: started so with the same figures, or none, and then one is
 * started. 0; -1 with *why (static text). */
int calibrate__measure(const struct placement *beside, const struct backend_steps *steps,
		       const struct calibration *how, struct sibling *t, struct prof_bias *bias,
		       const char **why);

#endif
