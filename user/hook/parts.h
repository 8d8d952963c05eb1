/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the files of this folder share, and nobody else. */
#ifndef BPFPROF_HOOK_PARTS_H
#define BPFPROF_HOOK_PARTS_H

#include "hook/hook.h"

struct handed;
struct inject;

/* A way to lead an interpreter into the stub. Each prints nothing: 0, or -1 with f->why. */
struct hook_way {
	const char *name;
	/* What it takes to be led in, into f->config. Before the stub is mapped. */
	int (*find)(struct hook *f, const struct interp *in);
	/* NULL, or whether what set changes can be: changes nothing. All threads stand still. */
	int (*try)(struct hook *f, struct inject *inj);
	/* Leads it in, and again where it is in already. All threads stand still. */
	int (*set)(struct hook *f, const struct interp *in, struct inject *inj);
	/* As it was before, but for what others have changed. All threads stand still. */
	int (*unset)(struct hook *f, const struct interp *in, struct inject *inj);
	/* How much has to be set again, for somebody has changed it, or is new. */
	uint32_t (*missing)(const struct hook *f, const struct interp *in);
};

extern const struct hook_way hook_slot, hook_dispatch;

#define HOOK_AGAIN (-2) /* of set and unset: let the threads run for a moment, and try again */

#define HOOK_MORE (-3) /* let them run for a moment, and do the next part */

/* What is done to a process while its threads stand still. 0, HOOK_AGAIN, HOOK_MORE, or -1 with
 * f->why. */
typedef int (*hook_work)(struct hook *f, const struct interp *in, struct inject *inj);

/* Does it in a child that outlives us; held: the process stopped by the caller, or NULL. */
int hook__stopped(struct hook *f, const struct interp *in, struct inject *held, hook_work work);

/* The same with more patience, up to 15 s, where a thread does not come to a stop: what is not done
 * then is never done. */
int hook__stopped_at_last(struct hook *f, const struct interp *in, hook_work work);

/* Whether a stub that we can read begins there: of this release, or one with its layout. */
bool hook__is_stub(int mem, uint64_t base);

/* Whether the stub is where it was put. */
bool hook__is_mapped(const struct hook *f);
/* As hook__stopped, for work that needs no stub. */
int hook__stopped_without(struct hook *f, const struct interp *in, hook_work work);

/* Into f->config, as far as this version is known. */
void hook__find_awaited(struct hook *f, const struct interp *in);

#define ANOTHER "it runs another program by now; try again"

/* Fills in f->why. Returns -1, so that "return hook__fail(...)" reads well. */
int hook__fail(struct hook *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Writes over read-only memory of the process, by whichever way this kernel allows. 0, or -1 with
 * f->why. */
int hook__write_over(struct hook *f, struct inject *inj, uint64_t addr, const void *bytes,
		     size_t n);

/* -EBUSY: the stub mapped there is alive, another bpfprof's. */
int hook__is_alive(const struct hook *f, uint64_t stub);

/* No other stub in the process lives; else false with f->why. waits: for the end of one whose
 * bpfprof may be dead, which takes two seconds. */
bool hook__is_alone(struct hook *f, bool waits);
/* Says so, with the number of that bpfprof where it can be seen. -1. */
int hook__not_alone(struct hook *f);

/* The stub lives on for two seconds from now. False: there is no such memory any more. From any
 * thread. */
bool hook__extend(struct hook *f);
/* Calls go through the stub now; and again after a time in which they did not, by its own doing
 * (lapsed) or another's. */
void hook__is_whole(struct hook *f);
void hook__add_gap(struct hook *f, bool lapsed);
/* A thread that calls hook__extend until the other ends it; where none can be had, hook__beat does.
 * Not while another thread changes f. */
void hook__start_pulse(struct hook *f);
void hook__stop_pulse(struct hook *f);

/* By the slot: those interpreters, by their slots, the newest first, are entered now. All threads
 * stand still. */
void hook__note_entered(struct hook *f, const struct interp *in, const uint64_t *slots, uint32_t n);
/* How many were made up to now. */
void hook__see_made(struct hook *f);

/* What it takes to be told of C functions, where they are to be counted, into f->config; or else
 * f->not_builtins. */
void hook__find_builtins(struct hook *f, const struct interp *in);
/* The interpreter may call the stub mapped there, whatever leads to it otherwise. */
bool hook__is_called(const struct hook *f, uint64_t base);
/* Waits, not for long, until it does not any more. The stub is not alive. */
void hook__await_disarmed(const struct hook *f);

/* The process's seccomp filter lets all pass that it takes to map the stub: 0, or -1 with f->why.
 */
int hook__ask_seccomp(struct hook *f, const struct inject *inj);
/* They are not asked again while there are as many: once only what counts is allowed to us, they
 * cannot be read any more. */
void hook__know_seccomp(const struct hook *f, struct inject *inj);

/* Why handover__give failed. -1. */
int hook__not_handed(struct hook *f, int error, const char *what, const char *instead);

/* How memory of nobody's is mapped over tables. */
#define HOOK_PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE)

/* System calls to be made one after the other in one go, by the stub. */
struct hook_calls {
	uint32_t n;
	struct stub_call list[STUB_CALLS_MAX]; /* room for an end is left */
};

void hook_calls__add(struct hook_calls *c, long nr, const uint64_t args[6]);
void hook_calls__add_closes(struct hook_calls *c, const struct handed *given);
/* The stub's code is mapped. 0, or -1: mmap of a fixed place or madvise failed. */
int hook_calls__make(struct hook_calls *c, const struct hook *f, struct inject *inj);

/* A table's place behind the stub. */
void hook__add_table(struct hook *f, uint32_t i, const struct session_table *table);

/* Bytes that it takes behind the stub: whole pages. */
static inline uint64_t hook__table_room(const struct session_table *table)
{
	return (table->bytes + 4095) & ~4095ull;
}
/* The stub keeps stacks of frames in tables of its own, and tells BPF programs of each change. */
void hook__keep_stacks(struct hook *f);

/* Maps the stub, or finds the mapping of an earlier run; and tables of its own. 0, or -1 with
 * f->why. */
int hook__map(struct hook *f, struct inject *inj);
/* Where it is to be, so far as can be said before the process stands still. */
void hook__find_hole(struct hook *f);
/* Memory of nobody's in the tables' place, for threads that are still in the stub. */
void hook__unmap_tables(struct hook *f, struct inject *inj);
/* The tables that the process shares, piece by piece: into their place, and out of it, which ends
 * as hook__unmap. */
int hook__place(struct hook *f, const struct interp *in, struct inject *inj);
int hook__displace(struct hook *f, struct inject *inj);
/* Nothing leads into the stub any more: whether by pieces, or all at once, as hook__displace. */
int hook__end_tables(struct hook *f, struct inject *inj);
/* By the dispatch table, once that is as it was: the stub too, unless a thread may come back to it;
 * then f->base stays. 0. */
int hook__unmap(struct hook *f, struct inject *inj);
/* That which nothing was led to yet, whatever a stack still holds of an earlier one there. */
void hook__unmap_unused(struct hook *f, struct inject *inj);
/* Likewise those that runs before have left and nothing leads to any more. */
void hook__unmap_others(struct hook *f, struct inject *inj);

#endif
