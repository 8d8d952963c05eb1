/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stub in a process (see stub.h), and what leads the interpreter into it: its dispatch table
 * (dispatch.c), or where that is not certain the evaluator slots (slot.c).
 *
 *   hook__enter   chooses the way, and maps the stub, or finds the mapping of an earlier run
 *   hook__arm     leads the interpreter in, and keeps the stub alive from then on (pulse.c): where
 *                 bpfprof dies, it takes itself out within two seconds
 *   hook__beat    leads it in again, where that has become necessary
 *   hook__leave   puts back what was changed; the mapping stays while a thread may be in it: by the
 *                 slot always, by the dispatch table hardly ever, and then until the next run
 *
 * Whatever is changed in a live process is changed while all of its threads stand still, by a child
 * of ours in a session of its own, so that the death of bpfprof at any instant leaves nothing half
 * done. Where the caller has the process stopped itself (a launch), it passes its inject.
 */
#ifndef BPFPROF_HOOK_H
#define BPFPROF_HOOK_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpfprof/abi.h"
#include "bpfprof/stub.h"
#include "cpython/numbers.h"
#include "cpython/optable.h"
#include "cpython/optimizer.h"
#include "cpython/traceback.h"
#include "process/inject.h"
#include "process/others.h"
#include "probe/session.h"

struct interp;

#define HOOK_SLOTS 64 /* interpreters of one process */

struct hook_slot {
	uint64_t addr;
	uint32_t variant;
};

struct pulse;

struct hook {
	pid_t pid;
	bool by_slot;	  /* led in by the evaluator slot; else by the dispatch table */
	uint32_t filters; /* of seccomp, that let pass what is called to leave too; 0: none such */
	uint32_t others;  /* entries that another tool has changed, and may lead into the stub */
	char not_table[OTHERS_WHY]; /* why not by the table */
	const char *not_thrown; /* why what is thrown into a generator at its start is not seen */
	struct session_table tables[STUB_TABLES];
	uint64_t shared_bytes; /* of all of them, mapped one behind the other; 0: eval */
	uint64_t base;	       /* of the stub; 0: not mapped */
	bool was_mapped;       /* by an earlier run: what it led there may lead there yet */
	uint64_t placed;       /* bytes of them that are in their place, shared with us */
	uint64_t hole;	       /* where the stub can be mapped */
	uint32_t stubs;	       /* that were mapped when it was looked */
	struct stub_head head;
	struct stub_config config;
	uint32_t nbefore; /* entries of config.before in use */
	struct hook_slot slots[HOOK_SLOTS];
	uint32_t nslots;
	bool led; /* it has been led to the stub, or begun to be */
	bool armed;
	bool led_astray;		 /* it was led to a stub that is gone */
	bool left;			 /* and now it is left */
	uint64_t stopped_ns;		 /* that the process stood still, of the longest time */
	uint64_t expired;		 /* of struct stub_state, when armed */
	uint64_t losses[ACC_LOSS_COUNT]; /* that the stub has counted in tables of its own */
	uint64_t disarmed;		 /* times the stub has taken itself out while we lived */
	uint64_t rearmed;		 /* of these, the times before it was last armed */
	uint32_t passed_over;		 /* interpreters that could not be entered */
	struct py_numbers numbers;	 /* of its interpreters, by the slot; own 0: not known */
	int64_t first_number;		 /* of those made since it was first armed */
	int64_t next_number, entered_up_to;
	int64_t entered;      /* of those made since */
	uint64_t whole_ns;    /* when all that was to lead to the stub was seen to */
	uint64_t disarmed_ns; /* for how long, from its deadline until it was led to again */
	uint64_t extended_ns, lapsed_ns; /* when it was last given one; its last that went by */
	uint64_t gap_ns; /* that it did not, at most, and not because the stub took itself out */
	char said[OTHERS_WHY];	       /* the last why of a beat */
	struct pulse *pulse;	       /* keeps the stub alive while armed; NULL: hook__beat does */
	int mem;		       /* the process's memory: procmem.h; -errno */
	struct optable table;	       /* by the dispatch table */
	char not_builtins[OTHERS_WHY]; /* why C functions are no rows */
	uint32_t trampolines[OPTABLE_HOOKS]; /* which one stands for each entry */
	struct traceback_entry traceback;
	struct optimizer_entry optimizer;
	/* What is to be done with what is open, as it is first led in, in the child that does that:
	 * while all threads stand still, and before, with NULL; NULL: nothing. */
	void (*open)(void *opener, const struct inject *stopped);
	void *opener;
	/* What is to be done as nothing leads there any more, in the child that sees to that, while
	 * all threads stand still; NULL: nothing. */
	void (*out)(struct session *of);
	struct session *session; /* that it is of */
	struct holder holder;	 /* who traces the process, and has it stand still; none: we do */
	char why[OTHERS_WHY];	 /* what failed, and what to do */
};

/* A hook for the process of in, nothing done yet; shared with the children that work for it. */
struct hook *hook__new(const struct interp *in, bool nop5);
void hook__free(struct hook *f);

/* Makes it the inline backend's: the stub accounts on these tables itself. Before entering. */
void hook__share(struct hook *f, const struct session_table tables[STUB_TABLES]);

/* Has C functions counted too, if the interpreter tells of them; all: and other callables that are
 * not Python's. Before entering. */
void hook__count_builtins(struct hook *f, bool all);
/* Why they are not, so far as is known yet, or (last) if it has not come to it by now; NULL:
 * nothing is in the way. */
const char *hook__why_no_builtins(struct hook *f, bool last);

/* Which way leads into the stub, once entered. */
bool hook__by_slot(const struct hook *f);
const char *hook__way(const struct hook *f);

/* 0, or -1 with f->why. held: NULL, or the process stopped by the caller. */
int hook__enter(struct hook *f, const struct interp *in, struct inject *held);
int hook__arm(struct hook *f, const struct interp *in, struct inject *held);
int hook__leave(struct hook *f, const struct interp *in);
/* Takes out what was mapped, where it was not led in after all. */
void hook__give_back(struct hook *f, const struct interp *in);
/* Once it was left: waits until C functions are not told of any more, and takes out the mapping. */
void hook__tidy(struct hook *f, const struct interp *in);

/* Moves the deadline on, and enters what it has left and interpreters that have come since; what
 * stands in the way is said once, and tried again. To be called at least once in half a second. -1:
 * the process is no more, or runs another program. */
int hook__beat(struct hook *f, const struct interp *in);

/* How many interpreters have come since it was armed and were never entered, which all ended before
 * it could be done. next: the number of the next one, so far as somebody else has seen. */
uint64_t hook__never_entered(const struct hook *f, int64_t next);

struct seed;

/* What is open now, into the stacks that the stub keeps for itself, if it does. All threads stand
 * still. */
void hook__seed(struct hook *f, const struct seed *seed);

/* What the slot of the main interpreter of a live process holds, in words; reads only. */
const char *hook__look(const struct interp *in);

/* Whether the dispatch table in an interpreter's file is certain; reads only. */
bool hook__has_table(const struct interp *in);

/* An address of the stub's code in the process. */
uint64_t hook__at(const struct hook *f, uint32_t offset);

#endif
