/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of backends, and what a measurement by any of them has in common. */
#include "backend/capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "backend/finding.h"
#include "blocks/markers.h"
#include "hook/hook.h"
#include "cpython/interp.h"
#include "cpython/names.h"
#include "model/bias.h"
#include "model/profile.h"
#include "process/state.h"

const struct backend *const backends[] = {&backend_inline, &backend_eval, &backend_usdt,
					  &backend_markers, NULL};

/* Where it is in that list; NULL: nowhere. */
static const struct backend *const *find(const char *name)
{
	for (const struct backend *const *b = backends; *b; b++) {
		if (!strcmp((*b)->name, name))
			return b;
	}
	return NULL;
}

bool backend__is_name(const char *name)
{
	return find(name) || !strcmp(name, "auto");
}

const char *backend__kept_as(const struct backend *b, bool builtins)
{
	return builtins ? b->builtins : b->name;
}

/* Why not this backend where nobody asked for it by name; to be freed. */
static char *refusal_of(const struct backend *b, const struct interp *in)
{
	char *why = b->refusal(in);

	if (why || b != &backend_markers || !interp__is_python(in) || markers__are_in(in->pid))
		return why;
	return xstrdup("it has no blocks (bpfprof.h) now; use --backend=markers to wait for some");
}

/* The first from `from` on that this interpreter allows; NULL after one line. */
static const struct backend *const *choose(const struct backend *const *from,
					   const struct interp *in)
{
	char *first = NULL, *why;

	for (; *from && (why = refusal_of(*from, in)); from++) {
		detail("not by backend %s: %s", (*from)->name, why);
		if (first)
			free(why);
		else
			first = why;
	}
	if (!*from)
		err("cannot profile %s: %s", in->path, first ? first : "no backend is left");
	free(first);
	return *from ? from : NULL;
}

/* The backend of that name, if this interpreter allows it; NULL after one line. */
static const struct backend *const *insist(const char *name, const struct interp *in)
{
	const struct backend *const *b = find(name);
	char *why = (*b)->refusal(in);

	if (!why)
		return b;
	err("cannot profile %s: %s", in->path, why);
	free(why);
	return NULL;
}

static struct acc_layout layout_of(const struct interp *in)
{
	const struct py_layout *l = in->layout;

	if (!l)
		return (struct acc_layout){};
	return (struct acc_layout){
#define ACC_OFFSET(name) .name = l->name,
#include "bpfprof/layout.def"
		.unbalanced = in->usdt == USDT_UNBALANCED,
	};
}

/* With its session open, if it could be, and nothing placed. */
static struct capture *capture_of(const struct backend *b, const struct interp *in,
				  const struct session_limits *limits,
				  const struct blocks_opts *blocks, const struct constants *kept,
				  struct spares *spares)
{
	static const char *const none[] = {NULL};
	struct capture *c = xcalloc(1, sizeof(*c));
	struct session_setup setup = {
		.limits = *limits,
		.programs = b->programs ? b->programs : none,
		.layout = layout_of(in),
		.yields = stands__at_yields(in),
		.inlined = b->inlined,
		.patterns = blocks->patterns,
		.npatterns = blocks->npatterns,
		.markers = !blocks->off,
		.nop5 = kept->nop5,
		/* its constants are of runs in which each call was counted */
		.proven = b->programs && kept->bias.from != PROF_BIAS_NONE,
	};

	*c = (struct capture){.backend = b, .at.in = in, .blocks = blocks, .spares = spares};
	if (!b->set_up || !b->set_up(in, &setup))
		c->at.session = spares ? spares__take(spares, &setup) : session__open(&setup);
	return c;
}

int builtins__cannot(bool needed, const char *why)
{
	if (needed)
		return err("cannot count C functions: %s; leave out --builtins=require", why);
	warn("C functions are not counted: %s", why);
	return 0;
}

/* Who is traced keeps the number for as long. */
static bool has_left(const struct placement *at)
{
	if (at->launched || at->holder.of || interp__is_there(at->in))
		return false;
	err("cannot profile process %d: " PROCESS_LEFT, at->in->pid);
	return true;
}

static struct capture *begin(const struct backend *b, const struct capture_plan *plan,
			     const struct interp *in, struct spawn *spawn)
{
	struct finding finding;
	struct capture *c;

	if (plan->builtins && !b->builtins &&
	    builtins__cannot(plan->needs_builtins, "only backend inline counts them"))
		return NULL;
	progress__phase("loading the BPF programs");
	finding__begin(&finding, b, in, plan);
	c = capture_of(b, in, &plan->limits, &plan->blocks, &finding.kept, plan->spares);
	c->at.holder = plan->holder;
	c->at.launched = spawn;
	c->wants_builtins = plan->builtins && b->builtins;
	c->at.builtins = c->wants_builtins;
	c->at.all_callables = plan->all_callables;
	c->at.needs_builtins = plan->needs_builtins;
	c->one_of_many = plan->one_of_many;
	finding__end(&finding, c);
	progress__phase("entering the process");
	gil_search__begin(&c->gils, in);
	if (c->at.session)
		gil_search__look(&c->gils, c->at.session); /* before it is waited for */
	if (c->at.session && !b->steps.place(&c->at)) {
		if (c->at.hook && !spawn)
			detail("process %d stood still for %.1f ms", in->pid,
			       c->at.hook->stopped_ns / 1e6);
		if (!c->blocks->off)
			c->markers = blocks__begin(c->at.session, in->pid);
		c->names = py_names__new(in);
		if (!has_left(&c->at))
			return c;
	}
	capture__free(c);
	return NULL;
}

struct capture *capture__open(const char *backend, const struct interp *in,
			      const struct session_limits *limits)
{
	const struct backend *const *b =
		strcmp(backend, "auto") ? insist(backend, in) : choose(backends, in);
	static const struct blocks_opts none = {.off = true};
	static const struct constants unknown;
	struct capture *c = b ? capture_of(*b, in, limits, &none, &unknown, NULL) : NULL;

	if (!c || c->at.session)
		return c;
	capture__free(c);
	return NULL;
}

/* One backend of several: *why, to be freed, says what failed. */
static struct capture *try_one(const struct backend *b, const struct capture_plan *plan,
			       const struct interp *in, struct spawn *spawn, char **why)
{
	struct capture *c;
	char *refusal = refusal_of(b, in), **before;

	*why = NULL;
	if (refusal) {
		*why = xasprintf("cannot profile %s: %s", in->path, refusal);
		free(refusal);
		return NULL;
	}
	before = log__hold(why);
	c = begin(b, plan, in, spawn);
	log__hold(before);
	return c;
}

/* The first that works; one line, that of the first that did not, where none does. */
static struct capture *begin_any(const struct capture_plan *plan, const struct interp *in,
				 struct spawn *spawn)
{
	struct capture *c = NULL;
	char *first = NULL, *why;

	for (const struct backend *const *b = backends; *b && !c; b++) {
		c = try_one(*b, plan, in, spawn, &why);
		detail("%sbackend %s: %s", c ? "" : "not by ", (*b)->name,
		       c     ? (*b)->reason
		       : why ? why
			     : "it ended");
		if (first || c)
			free(why);
		else
			first = why;
	}
	if (!c && first)
		err("%s", first);
	free(first);
	return c;
}

struct capture *capture__begin(const struct capture_plan *plan, const struct interp *in,
			       struct spawn *spawn)
{
	const struct backend *const *b;

	if (!strcmp(plan->backend, "auto"))
		return begin_any(plan, in, spawn);
	b = insist(plan->backend, in);
	return b ? begin(*b, plan, in, spawn) : NULL;
}

int capture__fd(const struct capture *c)
{
	return c->markers ? blocks__fd(c->markers) : -1;
}

/* The first call has shown that nothing of this process can be read. */
static bool is_misfit(const struct capture *c)
{
	return session__loss(c->at.session, ACC_LOSS_LAYOUT);
}

/* The process starts, and has no GIL yet. */
static bool is_looking(const struct capture *c)
{
	return !gil_search__is_known(&c->gils);
}

/* From then on threads tell the kernel their names. */
#define TELLS_NAMES 0x030e

int capture__look_ms(const struct capture *c)
{
	if (is_looking(c))
		return CAPTURE_LOOK_MS;
	return c->names && c->at.in->layout->version < TELLS_NAMES ? CAPTURE_NAME_MS
								   : CAPTURE_BEAT_MS;
}

bool capture__look(struct capture *c)
{
	capture__name_newcomers(c);
	if (is_looking(c))
		gil_search__look(&c->gils, c->at.session);
	return !is_misfit(c);
}

bool capture__beat(struct capture *c)
{
	if (is_misfit(c))
		return false;
	if (c->markers)
		blocks__beat(c->markers);
	session__set_rate(c->at.session);
	py_names__look(c->names, false);
	gil_search__look(&c->gils, c->at.session);
	return !c->backend->steps.beat || !c->backend->steps.beat(&c->at);
}

static bool lacks_builtins(const struct capture *c)
{
	return c->wants_builtins && !c->at.builtins;
}

/* The constants of a run that counts C functions are not those of one that turned out not to. */
static void drop_bias(struct capture *c)
{
	c->bias = (struct prof_bias){0};
	c->raw = "C functions were to be counted and are not";
}

static void note_raw(const struct capture *c, struct profile *p)
{
	if (c->raw)
		profile__take_note(p, xasprintf("times contain the profiler's own: %s", c->raw));
}

/* What is not in the tables. */
static void add_notes(struct capture *c, struct profile *p)
{
	if (lacks_builtins(c))
		drop_bias(c);
	p->target.bias = prof_bias__at_pace(&c->bias, &p->pace);
	note_raw(c, p);
	if (c->markers)
		blocks__note(c->markers, p);
	capture__name_tracks(c->blocks, p);
	gil_search__note(&c->gils, p);
	if (!c->one_of_many) {
		capture__note_patterns(c->blocks, p);
		capture__note_children(session__children(c->at.session), "", p);
	}
	capture__name_threads(c->names, p);
	if (c->backend->note)
		c->backend->note(&c->at, p);
}

void capture__snapshot(struct capture *c, struct profile *p)
{
	py_names__look(c->names, true);
	session__snapshot(c->at.session, p);
	add_notes(c, p);
}

static void take_step(struct capture *c, void (*step)(struct placement *at))
{
	if (step)
		step(&c->at);
}

int capture__end(struct capture *c, struct profile *p)
{
	py_names__look(c->names, true);
	take_step(c, c->backend->steps.remove);
	session__retire(c->at.session); /* takes the kernel long: while the report is made */
	session__drain(c->at.session, p);
	add_notes(c, p);
	take_step(c, c->backend->steps.tidy);
	if (lacks_builtins(c) && c->at.needs_builtins)
		return -1;
	if (!is_misfit(c))
		return 0;
	return err("cannot profile %s: its code objects are not laid out as those of CPython %s; "
		   "please report this build",
		   c->at.in->path, c->at.in->version_text);
}

void capture__unhold(struct capture *c)
{
	c->at.holder = (struct holder){0};
	if (c->at.hook)
		c->at.hook->holder = c->at.holder;
}

void capture__free(struct capture *c)
{
	if (!c)
		return;
	take_step(c, c->backend->steps.remove);
	take_step(c, c->backend->steps.tidy);
	blocks__free(c->markers);
	py_names__free(c->names);
	gil_search__end(&c->gils);
	if (c->spares)
		spares__keep(c->spares, c->at.session);
	else
		session__close(c->at.session);
	free(c);
}
