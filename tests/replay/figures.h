/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the files of the replay ring share: the figures that two accountings are compared by, the
 * naive one, and the scripts. */
#ifndef BPFPROF_REPLAY_FIGURES_H
#define BPFPROF_REPLAY_FIGURES_H

#include <linux/types.h>

#include "bpfprof/abi.h"
#include "replay/replay.h"

/* Numbers of threads and functions in the scripts are below these. */
#define THREADS 4u
#define IDENTS	8u

/* The figures of one (thread, caller, callee), and with caller 0 of one (thread, function) in all.
 */
struct figure {
	__u64 calls, primitive, own, cum;
	__u64 own_off, cum_off, own_wait, cum_wait;
	__u64 children, beneath; /* calls */
};

struct figures {
	struct figure pair[THREADS][IDENTS][IDENTS];
	struct figure func[THREADS][IDENTS];
	__u64 losses[ACC_LOSS_COUNT];
};

/* Adds each figure of *from to that of *to, modulo 2^64. */
void figure__add(struct figure *to, const struct figure *from);

/* What a script comes to by an accounting that keeps whole calls on a stack, and finds recursion by
 * looking. */
void naive__play(const struct replay_event *script, struct figures *out);

/* A script and what is known of its functions in thread 1. */
struct known {
	const char *name;
	struct replay_event script[REPLAY_MAX];
	struct {
		int who;
		struct figure f;
	} expect[IDENTS];
};

extern const struct known known_scripts[]; /* the last has no name */

struct replay_bpf;

/* The cases of who held the GIL. How many failed. */
int replay_gil(struct replay_bpf *bpf);

/* A script of REPLAY_MAX events, the same for a seed each time. Where the seed is odd, returns name
 * their frame. */
void random_script(struct replay_event *script, unsigned int seed);

#endif
