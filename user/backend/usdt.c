/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The usdt backend: CPython's own function__entry and function__return. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "backend/capture.h"
#include "backend/open.h"
#include "arch/regs.h"
#include "cpython/interp.h"
#include "cpython/stands.h"
#include "model/profile.h"

static const char *const programs[] = {"bpfp_usdt_entry", "bpfp_usdt_return", NULL};
/* The same where coroutines are timed. */
static const char *const programs_lives[] = {"bpfp_usdt_entry_lives", "bpfp_usdt_return_lives",
					     NULL};

static char *refusal(const struct interp *in)
{
	if (in->usdt == USDT_FIRES || in->usdt == USDT_UNBALANCED)
		return NULL;
	return xasprintf("%s; %s", usdt_verdict__text(in->usdt), usdt_verdict__advice(in->usdt));
}

/* The registers of the arguments of each site. */
static int set_sites(struct acc_site *to, const struct usdt_sites *from)
{
	for (size_t i = 0; i < from->n; i++) {
		to[i].file = usdt_arg__reg(from->v[i].args, 0);
		to[i].name = usdt_arg__reg(from->v[i].args, 1);
		to[i].line = usdt_arg__reg(from->v[i].args, 2);
		if (!to[i].file || !to[i].name)
			return err("cannot read the probes of this interpreter: its note says "
				   "\"%s\", not registers; please report this build",
				   from->v[i].args);
	}
	return 0;
}

static size_t add_probes(struct probe *to, const struct interp *in, const struct usdt_sites *from,
			 const char *program)
{
	for (size_t i = 0; i < from->n; i++)
		to[i] = (struct probe){
			.program = program,
			.offset = from->v[i].offset,
			.sema_offset = from->v[i].sema_offset,
			.cookie = i,
			.addr = from->v[i].offset - in->map_offset + in->map_start,
		};
	return from->n;
}

static int set_up_lives(const struct interp *in, struct session_setup *setup)
{
	const char *why;

	if (stands__at_probes(&setup->stands, in, &why))
		return err("cannot time coroutines by its probes: %s; leave out --coroutines or "
			   "--backend",
			   why);
	setup->programs = programs_lives;
	return 0;
}

static int set_up(const struct interp *in, struct session_setup *setup)
{
	if (setup->limits.coroutines && set_up_lives(in, setup))
		return -1;
	if (in->entry.n > ACC_SITES || in->ret.n > ACC_SITES)
		return err("cannot use the probes of %s: it has %zu sites, %u are supported; "
			   "please report this build",
			   in->path, in->entry.n + in->ret.n, 2 * ACC_SITES);
	setup->many_sites = in->entry.n > 1 || in->ret.n > 1;
	return set_sites(setup->entry_sites, &in->entry) || set_sites(setup->return_sites, &in->ret)
		       ? -1
		       : 0;
}

static void begin(struct placement *at)
{
	session__begin(at->session);
}

/* With what is open then. */
static void begin_stopped(struct placement *at)
{
	struct open_stacks *o = open_stacks__new(at, PY_BY_PROBE);

	if (!o) {
		begin(at);
		return;
	}
	open_stacks__stop_and_take(o, begin);
	open_stacks__done(o);
	open_stacks__free(o);
}

static int place(struct placement *at)
{
	const struct interp *in = at->in;
	const struct session_target target = {.pid = in->pid,
					      .pidfd = in->pidfd,
					      .launched = at->launched,
					      .counts_later = !at->launched,
					      .follows = at->holder.of};
	const char *const *by = session__times_coroutines(at->session) ? programs_lives : programs;
	struct probe probes[2 * ACC_SITES];
	size_t n = add_probes(probes, in, &in->ret, by[1]);

	n += add_probes(probes + n, in, &in->entry, by[0]);
	if (session__attach(at->session, &target, in->open_path, probes, n))
		return -1;
	if (target.counts_later)
		begin_stopped(at);
	return 0;
}

static void note(const struct placement *at, struct profile *p)
{
	if (session__frame_found(at->session))
		return;
	profile__add_note(p, "the interpreter's frame could not be found at its probes: "
			     "functions of one name in one file are one row, without lines");
	if (session__times_coroutines(at->session))
		profile__add_note(p, "without it, coroutines are not timed");
	if (at->in->usdt == USDT_UNBALANCED)
		profile__add_note(p, "without it, generators and coroutines make the counts and "
				     "times of this run unreliable");
}

const struct backend backend_usdt = {
	.name = "usdt",
	.refusal = refusal,
	.reason = "the interpreter's own probes",
	.calibrate = 1440,
	.programs = programs,
	.set_up = set_up,
	.steps = {.place = place, .own_file = true},
	.note = note,
};
