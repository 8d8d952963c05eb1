/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Into the interpreter and out of it. Knows no BPF. */
#include "hook/hook.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "base/ticks.h"
#include "cpython/interp.h"
#include "hook/parts.h"
#include "process/inject.h"
#include "process/procmem.h"
#include "process/reserve.h"
#include "process/state.h"

#define LOOKS_MAX 3 /* whether a thread is in the stub, when nothing leads there any more */

extern const unsigned char stub_image[];

int hook__fail(struct hook *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->why, sizeof(f->why), fmt, ap);
	va_end(ap);
	return -1;
}

static struct stub_config config_of(const struct interp *in, bool nop5)
{
	const struct py_layout *l = in->layout;

	return (struct stub_config){
		.tstate_interp = in->facts.tstate_interp,
		.tstate_id = in->facts.tstate_id,
#define ACC_OFFSET(name) .name = l->name,
#include "bpfprof/layout.def"
		.tstate_soft_limit = in->version < 0x030e ? 0 : in->facts.tstate_soft_limit,
		.interp_slot = in->facts.interp_slot,
		.no_tstate = l->no_tstate,
		.current = l->tstate_cframe ? l->cframe_current : l->tstate_current,
		.free_threaded = l->free_threaded,
		.has_shims = l->has_shims,
		.minds_stack = l->minds_stack,
		.nop5 = nop5,
		.unicode_type = in->facts.unicode_type + in->bias,
	};
}

struct hook *hook__new(const struct interp *in, bool nop5)
{
	struct hook *f =
		mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (f == MAP_FAILED)
		return NULL;
	f->pid = in->pid;
	f->mem = reserve__open_memory(in->pid);
	f->config = config_of(in, nop5);
	memcpy(&f->head, stub_image, sizeof(f->head));
	ticks__clock();
	return f;
}

void hook__add_table(struct hook *f, uint32_t i, const struct session_table *table)
{
	f->tables[i] = *table;
	f->config.table[i] = STUB_SHARED + f->shared_bytes;
	f->config.count[i] = table->count;
	f->shared_bytes += hook__table_room(table);
}

void hook__share(struct hook *f, const struct session_table tables[STUB_TABLES])
{
	for (uint32_t i = 0; i < STUB_TABLES; i++)
		hook__add_table(f, i, &tables[i]);
	f->config.inlined = 1;
	f->config.plain = tables[STUB_COROUTINES].count <= 1;
}

void hook__count_builtins(struct hook *f, bool all)
{
	f->config.builtins = 1;
	f->config.callables = all;
}

void hook__free(struct hook *f)
{
	if (!f)
		return;
	hook__stop_pulse(f);
	if (f->mem >= 0)
		close(f->mem);
	munmap(f, sizeof(*f));
}

uint64_t hook__at(const struct hook *f, uint32_t offset)
{
	return f->base + offset;
}

static const struct hook_way *way_of(const struct hook *f)
{
	return f->by_slot ? &hook_slot : &hook_dispatch;
}

/* By the slot, as f->why says that it cannot be by the table. */
static int choose_slot(struct hook *f, const struct interp *in)
{
	if (in->eval == EVAL_FREE_THREADED || in->eval == EVAL_JIT)
		return -1;
	f->by_slot = true;
	f->config.frame_instr = 0; /* by which a stub is known as the table's */
	f->config.traceback_back = 0;
	snprintf(f->not_table, sizeof(f->not_table), "%s", f->why);
	return hook_slot.find(f, in);
}

/* By the dispatch table where that is certain, and can be written. */
static int choose_way(struct hook *f, const struct interp *in)
{
	return !f->by_slot && !hook_dispatch.find(f, in) ? 0 : choose_slot(f, in);
}

static int enter_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	if (!hook__is_alone(f, false) ||
	    (!f->by_slot && hook_dispatch.try(f, inj) && choose_slot(f, in)))
		return -1;
	if (f->by_slot)
		hook__find_builtins(f, in);
	else if (!f->config.inlined)
		hook__keep_stacks(f);
	return hook__map(f, inj);
}

/* --- arming -----------------------------------------------------------------------------------
 */

/* Times that this stub has taken itself out, in earlier runs too. */
static uint64_t expired(const struct hook *f)
{
	uint64_t n = 0;

	procmem__read(f->mem, f->base + STUB_STATE + offsetof(struct stub_state, expired), &n,
		      sizeof(n));
	return n;
}

/* Nothing leads into it any more. */
static void end_its_life(const struct hook *f)
{
	const uint64_t never = 0;

	procmem__write(f->mem, f->base + STUB_STATE, &never, sizeof(never));
}

static int clear(struct hook *f, struct inject *inj)
{
	end_its_life(f);
	if (f->shared_bytes)
		hook__unmap_tables(f, inj);
	return hook__unmap(f, inj);
}

/* What could not be changed whole is put back in the same stop. */
static void undo(struct hook *f, const struct interp *in, struct inject *inj)
{
	char why[sizeof(f->why)];

	memcpy(why, f->why, sizeof(why));
	way_of(f)->unset(f, in, inj);
	f->others = 0; /* nobody has seen it yet */
	clear(f, inj);
	memcpy(f->why, why, sizeof(why));
}

static int arm_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	int error;

	if (!f->armed) {
		f->expired = expired(f);
		f->whole_ns = monotonic__ns();
	}
	if (!hook__extend(f))
		return hook__fail(f, "it has ended; start it again");
	f->led = true; /* whoever does that may come to an end in the midst of it */
	error = way_of(f)->set(f, in, inj);
	if (error == -1 && !f->armed)
		undo(f, in, inj);
	if (!error && !f->armed && f->open)
		f->open(f->opener, inj);
	f->armed |= !error;
	return error;
}

/* What the stub could not keep of the stacks, where its tables are its own. */
static void read_losses(struct hook *f)
{
	if (f->shared_bytes && !f->config.inlined)
		procmem__read(f->mem,
			      f->base + f->config.table[STUB_CTL] +
				      offsetof(struct acc_ctl, losses),
			      f->losses, sizeof(f->losses));
	f->losses[ACC_LOSS_ROWS_FULL] = 0; /* it has no rows, and needs none */
}

/* Tables that are shared go in later stops. */
static int leave_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	int error;

	hook__know_seccomp(f, inj);
	if (!f->armed)
		return hook__displace(f, inj);
	error = way_of(f)->unset(f, in, inj);
	if (error)
		return error;
	if (f->out)
		f->out(f->session);
	read_losses(f);
	f->armed = false;
	if (!f->config.inlined)
		return clear(f, inj);
	end_its_life(f);
	return hook__end_tables(f, inj);
}

static int unused_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	(void)in;
	hook__unmap_unused(f, inj);
	return 0;
}

void hook__give_back(struct hook *f, const struct interp *in)
{
	if (!f->base || f->led || f->was_mapped)
		return;
	reserve__release();
	hook__stopped(f, in, NULL, unused_stopped);
}

static int unmap_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	(void)in;
	hook__know_seccomp(f, inj);
	return hook__unmap(f, inj);
}

int hook__enter(struct hook *f, const struct interp *in, struct inject *held)
{
	if (f->mem >= 0 && (!hook__is_alone(f, !held) || choose_way(f, in)))
		return interp__is_still(in) ? -1 : hook__fail(f, ANOTHER);
	hook__find_builtins(f, in);
	hook__find_hole(f);
	if (hook__stopped(f, in, held, enter_stopped))
		return -1;
	return f->config.inlined ? hook__stopped(f, in, held, hook__place) : 0;
}

int hook__arm(struct hook *f, const struct interp *in, struct inject *held)
{
	int error = hook__stopped(f, in, held, arm_stopped);

	if (!error)
		hook__start_pulse(f);
	return error;
}

/* What another tool has put into the table is its own, and may lead on to what was there: to us. */
static void say_others(struct hook *f)
{
	if (f->others && !*f->said)
		warn("another tool has changed the dispatch table of process %d; what passes there "
		     "may be missed",
		     f->pid);
	if (f->others)
		snprintf(f->said, sizeof(f->said), "another tool");
}

static int unset_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	uint32_t missing = way_of(f)->missing(f, in);
	int error = way_of(f)->unset(f, in, inj);

	f->led_astray |= way_of(f)->missing(f, in) > missing;
	return error;
}

/* The stub is gone: with all the rest, by the end or another program; or the process has unmapped
 * it, and would fall into the hole where it is still led there. */
static int leave_without(struct hook *f, const struct interp *in)
{
	hook__stop_pulse(f);
	f->armed = false;
	hook__stopped_without(f, in, unset_stopped);
	if (f->led_astray)
		warn("process %d has unmapped what bpfprof put there; what led there is taken out",
		     f->pid);
	return 0;
}

int hook__leave(struct hook *f, const struct interp *in)
{
	if (!f->armed)
		return 0;
	reserve__release();
	if (!hook__is_mapped(f))
		return leave_without(f, in);
	hook__stop_pulse(f); /* which must not bring it back to life */
	hook__extend(f);
	f->disarmed = expired(f) - f->expired;
	if (f->disarmed != f->rearmed || way_of(f)->missing(f, in))
		hook__add_gap(f, f->disarmed != f->rearmed);
	if (hook__stopped_at_last(f, in, leave_stopped)) /* it may have ended meanwhile */
		return process__has_ended(f->pid) || !hook__is_mapped(f) ? 0 : -1;
	f->left = true;
	return 0;
}

void hook__tidy(struct hook *f, const struct interp *in)
{
	if (!f->left)
		return;
	hook__await_disarmed(f);
	for (int i = 0; i < LOOKS_MAX && !f->by_slot && !f->others && f->base; i++)
		hook__stopped(f, in, NULL, unmap_stopped);
	say_others(f);
	f->left = false;
}

/* Whatever is in the way may go away again; what is missing is tried again when more is. */
static int try_later(struct hook *f, uint32_t missing)
{
	if (!hook__extend(f)) /* what is in the way is its end */
		return -1;
	f->passed_over = missing;
	if (strcmp(f->why, f->said))
		warn("cannot enter process %d again: %s; not counted until then", f->pid, f->why);
	memcpy(f->said, f->why, sizeof(f->said));
	return 0;
}

int hook__beat(struct hook *f, const struct interp *in)
{
	uint32_t missing;
	bool lapsed;

	if (!hook__extend(f))
		return -1;
	reserve__take(); /* another process may have been left */
	missing = way_of(f)->missing(f, in);
	f->disarmed = expired(f) - f->expired;
	lapsed = f->disarmed != f->rearmed;
	if (missing < f->passed_over)
		f->passed_over = missing;
	if (!missing && !lapsed)
		hook__is_whole(f);
	if (missing <= f->passed_over && !lapsed)
		return 0;
	if (hook__arm(f, in, NULL))
		return try_later(f, lapsed ? 0 : missing);
	hook__add_gap(f, lapsed);
	f->rearmed = f->disarmed;
	f->passed_over = f->others;
	f->said[0] = '\0';
	say_others(f);
	return 0;
}

bool hook__by_slot(const struct hook *f)
{
	return f->by_slot;
}

const char *hook__way(const struct hook *f)
{
	return way_of(f)->name;
}
