/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The user-space home of the accounting core: the tables that BPF fills, mapped here. One set at a
 * time is in use by the calling thread; everything read from them is checked, never trusted.
 */
#ifndef BPFPROF_TABLES_H
#define BPFPROF_TABLES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "bpfprof/abi.h"
#include "model/profile.h"

/* A number that the process may change meanwhile: what is checked is then what is used. */
#define ONCE(x) (*(const volatile __typeof__(x) *)&(x))

/* Elements of each table; powers of two where a table is hashed. */
struct table_sizes {
	__u32 frames, edges, funcs, codes, threads, rows, blocks, splits, timeline, names;
	__u32 coroutines, lives, awaits;  /* 1: they are not timed */
	__u32 ios;			  /* 1: reads and writes are not counted */
	__u32 strips;			  /* 1: none */
	__u32 edge_buckets, func_buckets; /* hashed, as codes */
};

struct tables {
#define ACC_TABLE(id, table, type, count) struct acc_##type *table;
#include "bpfprof/tables.def"
	struct acc_track *tracks; /* ACC_TRACKS of them */
	struct acc_hold *holds;	  /* ACC_HOLDS of them; NULL: none */
	struct acc_io *ios;	  /* size.ios of them, hashed; NULL: none */
	struct acc_ctl *ctl;
	unsigned char *names; /* size.names bytes, then ACC_NAME_MAX + 1 more */
	struct table_sizes size;
	bool by_thread; /* functions are told by thread too */
	__u32 *still;	/* per edge, frames of it that were open; NULL: nobody asks */
	__u64 ended;	/* as acc_ctl's, before the frames that are open were closed */
};

/* The time in the tables is that of one clock, in ticks; ends of threads and times away are the
 * kernel's, in CLOCK_MONOTONIC ns. */
struct ticks_clock;

/* Closes every frame still open: at its thread's end, or now. The tables must not be written by
 * anyone else any more. */
void tables__close_frames(struct tables *t, const struct ticks_clock *clock);

/* Counts as lost what was waited without a reason. Once, when nobody writes the tables. */
void tables__lose_unsplit(struct tables *t);

/* Figures of functions begin at zero again. Nobody writes the tables. */
void tables__forget(struct tables *t);

/* How long the calls and returns that were timed took the profiler; also while the tables are
 * written. */
struct prof_pace tables__pace(const struct tables *t, const struct ticks_clock *clock);

/* The calls and the losses in them so far; also while they are written. */
void tables__count(const struct tables *t, uint64_t *calls, uint64_t *lost);

/* The functions of code objects whose names were read before: tables that are read each second
 * have thousands of them, and they never change. Zeroed: none yet. */
struct known_codes {
	struct profile *names; /* its functions */
	uint32_t *map;	       /* of a code, its function there; PROF_NONE: not known */
};

/* Learns those whose names are complete. */
void known_codes__add(struct known_codes *k, const struct tables *t);
void known_codes__free(struct known_codes *k);

/* Adds what the tables hold to p: functions, edges, threads, losses, pace. known: or NULL. */
void tables__to_profile(const struct tables *t, const struct known_codes *known, struct profile *p,
			const struct ticks_clock *clock);

/* Inline: the rows of threads that live know their number in their own pid namespace alone. Gives
 * them that of ours, and the name. */
void tables__name_threads(struct tables *t, int pid);

#endif
