/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the files of this folder share, and nobody else. */
#ifndef BPFPROF_HOOK_PARTS_H
#define BPFPROF_HOOK_PARTS_H

#include "hook/hook.h"

struct inject;

/* A way to lead an interpreter into the stub. Each prints nothing: 0, or -1 with f->why. */
struct hook_way {
	const char *name;
	/* What it takes to be led in, into f->config. Before the stub is mapped. */
	int (*find)(struct hook *f, const struct interp *in);
	/* Leads it in, and again where it is in already. All threads stand still. */
	int (*set)(struct hook *f, const struct interp *in, struct inject *inj);
	/* As it was before. All threads stand still. */
	int (*unset)(struct hook *f, const struct interp *in, struct inject *inj);
	/* Whether it has to be set again, for what was set is changed or more has come. */
	bool (*is_due)(struct hook *f, const struct interp *in);
};

extern const struct hook_way hook_slot, hook_dispatch;

#define HOOK_AGAIN (-2) /* of set and unset: let the threads run for a moment, and try again */

int hook__fail(struct hook *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* -EBUSY: the stub mapped there is alive, another bpfprof's. */
int hook__is_alive(const struct hook *f, uint64_t stub);

/* No other stub in the process lives; else false with f->why. waits: for the end of one whose
 * bpfprof may be dead, which takes two seconds. */
bool hook__is_alone(struct hook *f, bool waits);

/* The stub lives on for two seconds from now. False: there is no such memory any more. From any
 * thread. */
bool hook__extend(const struct hook *f);
/* A thread that calls hook__extend until the other ends it; where none can be had, hook__beat does.
 * Not while another thread changes f. */
void hook__start_pulse(struct hook *f);
void hook__stop_pulse(struct hook *f);

/* Maps the stub, or finds the mapping of an earlier run; then its tables. 0, or -1 with f->why. */
int hook__map(struct hook *f, struct inject *inj);
/* Memory of nobody's in the tables' place, for threads that are still in the stub. */
void hook__unmap_tables(struct hook *f, struct inject *inj);

#endif
