/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The backends that enter the process. eval: the markers of the stub are probed. inline: the stub
 * accounts itself, on tables that it shares with the kernel and with us. */
#include <stdlib.h>

#include "arch/stopped.h"
#include "base/log.h"
#include "base/mem.h"
#include "backend/capture.h"
#include "backend/open.h"
#include "hook/hook.h"
#include "process/inject.h"
#include "process/spawn.h"
#include "cpython/interp.h"
#include "model/profile.h"

static const char *const programs[] = {"bpfp_eval_enter", "bpfp_eval_leave", "bpfp_eval_follow",
				       "bpfp_eval_low", NULL};
/* The same where coroutines are timed. */
static const char *const programs_lives[] = {"bpfp_eval_enter_lives", "bpfp_eval_leave_lives",
					     "bpfp_eval_follow_lives", "bpfp_eval_low", NULL};

/* What the slot does not see of such builds passes the dispatch table all the same. */
static bool needs_table(const struct interp *in)
{
	return in->eval == EVAL_JIT || in->eval == EVAL_FREE_THREADED;
}

static char *refusal(const struct interp *in)
{
	if (in->eval == EVAL_WORKS || (needs_table(in) && hook__has_table(in)))
		return NULL;
	return xasprintf("%s; %s", eval_verdict__text(in->eval), eval_verdict__advice(in->eval));
}

static int set_up(const struct interp *in, struct session_setup *setup)
{
	(void)in;
	if (setup->limits.coroutines)
		setup->programs = programs_lives;
	return 0;
}

static struct session_target target_of(const struct placement *c)
{
	return (struct session_target){.pid = c->in->pid,
				       .pidfd = c->in->pidfd,
				       .launched = c->launched,
				       .unicode_type = c->in->facts.unicode_type + c->in->bias,
				       .next_number = c->hook->numbers.next,
				       .follows = c->holder.of};
}

static int place_probes(struct placement *c)
{
	struct hook *f = c->hook;
	const struct session_target target = target_of(c);
	uint32_t enter = f->config.nop5 ? f->head.enter5 : f->head.enter1;
	uint32_t leave = f->config.nop5 ? f->head.leave5 : f->head.leave1;
	const char *const *by = f->config.coroutines ? programs_lives : programs;
	struct probe probes[] = {
		{by[1], leave, 0, 0, hook__at(f, leave)},
		{by[0], enter, 0, 0, hook__at(f, enter)},
		{by[3], f->head.low, 0, 0, hook__at(f, f->head.low)},
		{by[2], f->head.follow, 0, 0, hook__at(f, f->head.follow)},
	};
	char *path = xasprintf("/proc/%d/map_files/%lx-%lx", f->pid, (unsigned long)f->base,
			       (unsigned long)(f->base + STUB_PATHS));
	int error = session__attach(c->session, &target, path, probes, 4);

	free(path);
	return error;
}

/* With what is open then. */
static int arm(struct placement *c, struct inject *held)
{
	struct hook *f = c->hook;
	struct open_stacks *o = open_stacks__new(c, f->config.inlined ? PY_BY_STUB : PY_BY_MARKER);
	int error;

	if (o) {
		f->open = open_stacks__take;
		f->opener = o;
	}
	error = hook__arm(f, c->in, held);
	f->open = NULL;
	if (!error)
		open_stacks__done(o);
	open_stacks__free(o);
	return error;
}

/* Whether C functions cannot be counted, which some interpreters say at their first Python function
 * only, and have to be. */
static bool fails_builtins(struct placement *c, bool last)
{
	const char *why = c->builtins ? hook__why_no_builtins(c->hook, last) : NULL;

	if (!why)
		return false;
	c->builtins = false;
	return builtins__cannot(c->needs_builtins, why);
}

/* Some versions push the frames of some specialised calls without a look at the slot. */
static void say_misses(const struct placement *c)
{
	static bool said;
	const char *what = c->in->version == 0x030b   ? "a __getitem__ by obj[i]"
			   : c->in->version == 0x030d ? "an __init__ by its class"
						      : NULL;

	if (!what || said || !hook__by_slot(c->hook))
		return;
	warn("entered by the evaluator slot (-v says why): hot calls of %s are missed", what);
	said = true;
}

/* From the stop at the interpreter's first Python function, or from outside. */
static int enter_and_arm(struct placement *c, struct inject *held)
{
	struct session_target target;
	struct hook *f = c->hook;

	if (hook__enter(f, c->in, held))
		return err("cannot enter process %d: %s", f->pid, f->why);
	if (fails_builtins(c, false))
		return -1;
	detail("entered by the %s%s%s", hook__way(f),
	       hook__by_slot(f) ? ", not by the table: " : "", f->not_table);
	say_misses(c);
	target = target_of(c);
	if (f->config.inlined ? session__attach(c->session, &target, NULL, NULL, 0)
			      : place_probes(c))
		return -1;
	if (arm(c, held))
		return err("cannot enter process %d: %s", f->pid, f->why);
	return 0;
}

/* The first Python function was called before the slot was set: it goes through the stub too. A
 * program that ends without calling any has nothing to be entered. */
static int place_held(struct placement *c)
{
	struct inject inj = {0};
	int error;

	if (!c->launched->at_evaluator &&
	    spawn__to_evaluator(c->launched, c->in->facts.evaluator + c->in->bias))
		return c->launched->ended ? 0 : -1;
	error = inject__use(&inj, c->launched->pid, c->launched->at_evaluator);
	if (error)
		return err("cannot enter process %d: %s; %s", c->in->pid, inject__why(error),
			   inject__advice(error));
	error = enter_and_arm(c, &inj);
	if (!error && hook__by_slot(c->hook))
		stopped__go_to(&inj.regs, hook__at(c->hook, c->hook->head.eval[0]));
	inject__done(&inj);
	return error;
}

static int enter(struct placement *c, bool nop5)
{
	c->hook = hook__new(c->in, nop5);
	if (!c->hook)
		return err("cannot enter process %d: out of memory; free some", c->in->pid);
	c->hook->holder = c->holder;
	c->hook->config.coroutines = session__times_coroutines(c->session);
	c->hook->session = c->session;
	c->hook->out = session__stop;
	return 0;
}

static int place(struct placement *c)
{
	if (enter(c, session__nop5_is_cheaper(c->session)))
		return -1;
	return c->launched ? place_held(c) : enter_and_arm(c, NULL);
}

static int place_inline(struct placement *c)
{
	struct session_table tables[STUB_TABLES];

	if (enter(c, false))
		return -1;
	if (c->builtins)
		hook__count_builtins(c->hook, c->all_callables);
	session__tables(c->session, tables);
	hook__share(c->hook, tables);
	return c->launched ? place_held(c) : enter_and_arm(c, NULL);
}

static int beat(struct placement *c)
{
	return hook__beat(c->hook, c->in);
}

static int beat_inline(struct placement *c)
{
	return fails_builtins(c, false) || beat(c);
}

static void leave(struct placement *c)
{
	struct hook *f = c->hook;

	if (!f)
		return;
	if (f->armed)
		fails_builtins(c, true);
	if (!f->armed && !c->launched)
		hook__give_back(f, c->in);
	if (f->armed && hook__leave(f, c->in))
		warn("cannot leave process %d: %s; its stub takes itself out within 2 s", f->pid,
		     f->why);
	if (c->session)
		session__lose(c->session, ACC_LOSS_DISARMED, (f->disarmed_ns + 999999) / 1000000);
	if (c->session)
		session__lose(c->session, ACC_LOSS_RESET, (f->gap_ns + 999999) / 1000000);
	if (c->session)
		session__lose(c->session, ACC_LOSS_INTERPRETERS,
			      hook__never_entered(f, session__next_number(c->session)));
	for (int i = 0; c->session && i < ACC_LOSS_COUNT; i++)
		session__lose(c->session, i, f->losses[i]);
	c->left = f;
	c->hook = NULL;
}

/* Before 3.12 an interpreter tells of C functions alone. */
static void note_callables(const struct placement *c, struct profile *p)
{
	if (c->builtins && c->all_callables && c->in->version < 0x030c)
		profile__take_note(p, xasprintf("--builtins=all: C functions alone are counted; "
						"types and other objects that are called are rows "
						"from CPython 3.12 on"));
}

/* Such a frame passes no instruction of the table's. */
static void note_thrown(const struct placement *c, struct profile *p)
{
	const struct hook *f = c->hook ? c->hook : c->left;

	if (f && !hook__by_slot(f) && f->not_thrown)
		profile__take_note(
			p, xasprintf("throw() into generators that had not begun, and close() "
				     "where that runs them, were not counted: %s",
				     f->not_thrown));
}

static void note_inline(const struct placement *c, struct profile *p)
{
	note_callables(c, p);
	note_thrown(c, p);
}

static void tidy(struct placement *c)
{
	if (c->left)
		hook__tidy(c->left, c->in);
	hook__free(c->left);
	c->left = NULL;
}

const struct backend backend_eval = {
	.name = "eval",
	.refusal = refusal,
	.reason = "works on every build of this version, two probes a call",
	.calibrate = 1440,
	.note = note_thrown,
	.programs = programs,
	.set_up = set_up,
	.steps = {.place = place, .beat = beat, .remove = leave, .tidy = tidy},
};

const struct backend backend_inline = {
	.name = "inline",
	.refusal = refusal,
	.reason = "counted inside the process, without a trap",
	.calibrate = 10000,
	.inlined = true,
	.builtins = "inline --builtins",
	.note = note_inline,
	.steps = {.place = place_inline, .beat = beat_inline, .remove = leave, .tidy = tidy},
};
