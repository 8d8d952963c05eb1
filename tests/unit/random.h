/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A small generator of its own (xorshift64), so that a failure comes again. */
#ifndef BPFPROF_TEST_RANDOM_H
#define BPFPROF_TEST_RANDOM_H

#include <linux/types.h>

#define RANDOM_SEED 88172645463325252ull

static __u64 random_state = RANDOM_SEED;

static inline __u64 random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	return random_state ^= random_state << 17;
}

static inline __u64 random_below(__u64 n)
{
	return random_next() % n;
}

#endif
