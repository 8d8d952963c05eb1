/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The user-space home of the accounting core: the tables that BPF fills, mapped here. One set at a
 * time is in use by the calling thread; everything read from them is checked, never trusted.
 */
#ifndef BPFPROF_TABLES_H
#define BPFPROF_TABLES_H

#include <linux/types.h>
#include <stddef.h>

#include "bpfprof/abi.h"

/* Elements of each table; powers of two where a table is hashed. */
struct table_sizes {
	__u32 frames, edges, funcs, codes, slots, rows, names;
};

struct tables {
	struct acc_frame *frames;
	struct acc_edge *edges;
	struct acc_func *funcs;
	struct acc_code *codes;
	struct acc_slot *slots;
	struct acc_row *rows;
	struct acc_ctl *ctl;
	unsigned char *names; /* size.names bytes, then ACC_NAME_MAX + 1 more */
	struct table_sizes size;
};

/* Closes every frame still open: at its thread's end, or at now (CLOCK_MONOTONIC ns). The tables
 * must not be written by anyone else any more. */
void tables__close_frames(struct tables *t, __u64 now);

struct profile;
/* Adds what the tables hold to p: functions, edges, threads, losses. */
void tables__to_profile(const struct tables *t, struct profile *p, __u64 end_ns);

#endif
