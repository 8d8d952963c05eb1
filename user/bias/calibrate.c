/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The sibling's program: what it says, and what is seen of it. */
#include "bias/calibrate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bias/samples.h"
#include "bias/sibling.h"
#include "cpython/interp.h"
#include "model/bias.h"
#include "probe/session.h"

/* loops.py */
extern const char calibrate_loops[];

/* What the sibling timed itself. False: it said something else. */
static bool read_alone(struct sibling *t, struct samples *to, const struct calibration *how)
{
	const size_t n = kinds__of(how);
	double call[2], base[2];
	char line[128];

	for (size_t i = 0; i < n * how->rounds; i++) {
		struct kind_times *s = &to->kinds[i % n];
		size_t at = 2 * (i / n);

		if (!sibling__hear(t, line, sizeof(line)) ||
		    sscanf(line, "%lf %lf %lf %lf", &call[0], &base[0], &call[1], &base[1]) != 4)
			return false;
		for (size_t k = 0; k < 2; k++) {
			s->alone[at + k] = base[k];
			s->call[at + k] = call[k];
		}
	}
	return true;
}

/* "leaf_plain_3": its kind and round, where the name is one of the sibling's. */
static bool parse_name(const char *name, size_t *kind, unsigned int *round, bool *leaf)
{
	char what[5], of[16];

	if (sscanf(name, "%4[a-z]_%15[a-z]_%u", what, of, round) != 3)
		return false;
	*leaf = !strcmp(what, "leaf");
	for (*kind = 0; *kind < KINDS; ++*kind) {
		if (!strcmp(kinds[*kind].name, of))
			return true;
	}
	return false;
}

/* A loop's or leaf's own time, without what is away from the CPU. */
struct timed {
	size_t kind;
	unsigned int round;
	bool leaf;
	double own;
};

static bool is_timed(const struct prof_func *f, const struct calibration *how, struct timed *as)
{
	as->own = (double)(f->stat.tottime_ns - f->stat.own_away.off_ns);
	return !strcmp(f->file, "bpfprof") &&
	       parse_name(f->name, &as->kind, &as->round, &as->leaf) && as->round < how->rounds;
}

/* What the probes saw of first calls. */
static void read_fresh(const struct profile *p, struct samples *to, const struct calibration *how)
{
	struct timed s;

	for (size_t i = 0; i < p->nfuncs; i++) {
		if (is_timed(&p->funcs[i], how, &s) && !s.leaf)
			to->kinds[s.kind].fresh[s.round] = s.own / FEW;
	}
}

/* What they saw of the C functions that loops of that kind call. How many calls. */
static uint64_t read_timed_c(const struct profile *p, struct samples *to,
			     const struct calibration *how)
{
	uint64_t found = 0;
	struct timed s;

	for (size_t i = 0; i < p->nedges; i++) {
		const struct prof_edge *e = &p->edges[i];

		if (p->funcs[e->callee].kind != ACC_KIND_C ||
		    !is_timed(&p->funcs[e->caller], how, &s) || !kinds[s.kind].is_c)
			continue;
		to->kinds[s.kind].leaf[s.round] +=
			(double)(e->stat.tottime_ns - e->stat.own_away.off_ns) / how->calls;
		found += e->stat.ncalls;
	}
	return found;
}

/* What they saw then. False: not every call. */
static bool read_timed(const struct profile *p, struct samples *to, const struct calibration *how)
{
	uint64_t found = read_timed_c(p, to, how);
	struct timed s;

	for (size_t i = 0; i < p->nfuncs; i++) {
		struct kind_times *k;

		if (!is_timed(&p->funcs[i], how, &s))
			continue;
		k = &to->kinds[s.kind];
		if (s.leaf)
			k->leaf[s.round] += s.own / how->calls;
		else
			k->loop[s.round] += s.own * kinds[s.kind].turn / how->calls;
		found += p->funcs[i].stat.ncalls;
	}
	return found == (uint64_t)kinds__of(how) * how->rounds * (how->calls + 1);
}

/* Has the loops known. False: the sibling has ended. */
static bool watch_fresh(struct session *s, struct sibling *t, const struct calibration *how,
			struct samples *to)
{
	struct profile *p = profile__new();
	char line[64];
	bool ok = sibling__go_on(t) && sibling__hear(t, line, sizeof(line));

	session__peek(s, p);
	read_fresh(p, to, how);
	session__forget(s);
	profile__free(p);
	return ok;
}

/* Has each of the sibling's loops seen, and its pace. */
static bool watch_loops(struct placement *at, const struct backend_steps *steps, struct sibling *t,
			const struct calibration *how, struct samples *to)
{
	const size_t n = kinds__of(how);
	char line[64];

	for (size_t i = 0; i < n * how->rounds; i++) {
		struct kind_times *k = &to->kinds[i % n];

		/* a busy machine may take longer for all than the backend stays by itself */
		if (steps->beat && steps->beat(at))
			return false;
		if (!sibling__go_on(t) || !sibling__hear(t, line, sizeof(line)) ||
		    sscanf(line, "%lf", &k->base[i / n]) != 1)
			return false;
		k->pace[i / n] = session__lap(at->session);
	}
	return true;
}

/* Has the sibling's loops seen. The session's tables are p's then, and empty. */
static bool watch(struct session *s, const struct backend_steps *steps, struct sibling *t,
		  const struct calibration *how, struct samples *to, struct profile *p,
		  const char **why)
{
	struct interp in = {0};
	struct placement at = {.in = &in,
			       .session = s,
			       .builtins = how->builtins,
			       .needs_builtins = how->builtins};
	bool ok = !interp__of_pid(&in, t->pid, why) && !steps->place(&at) &&
		  watch_fresh(s, t, how, to) && watch_loops(&at, steps, t, how, to);

	if (steps->remove)
		steps->remove(&at);
	session__drain(s, p);
	if (steps->tidy)
		steps->tidy(&at);
	sibling__end(t);
	/* elsewhere its probes stay until the end: to take them out takes the kernel long */
	if (steps->own_file)
		session__unprobe(s);
	session__reset(s);
	interp__close(&in);
	return ok;
}

/* Whole turns of every kind. */
static unsigned int calls_of(const struct calibration *how)
{
	return (how->calls + TURN - 1) / TURN * TURN;
}

int calibrate__start(struct sibling *t, const struct interp *in, const struct calibration *how,
		     const char **why)
{
	char *calls = xasprintf("%u", calls_of(how)), *rounds = xasprintf("%u", how->rounds);
	char *args[] = {calls, rounds, how->builtins ? "c" : NULL, NULL};
	int error = sibling__start(t, in, calibrate_loops, args, why);

	free(calls);
	free(rounds);
	return error;
}

int calibrate__measure(const struct placement *beside, const struct backend_steps *steps,
		       const struct calibration *asked, struct sibling *t, struct prof_bias *bias,
		       const char **why)
{
	struct calibration whole = *asked, *how = &whole;
	struct samples *all = xcalloc(1, sizeof(*all));
	struct profile *p = profile__new();
	int error = t->pid ? 0 : calibrate__start(t, beside->in, asked, why);

	how->calls = calls_of(asked);
	/* up to 3.11 while a profile function is set */
	all->slows = how->builtins && beside->in->version <= 0x030b;
	if (!error) {
		*why = "its sibling could not be measured";
		error = !read_alone(t, all, how) ||
					!watch(beside->session, steps, t, how, all, p, why) ||
					!read_timed(p, all, how)
				? -1
				: 0;
	}
	if (!error && !(samples__derive(all, how, bias) && prof_bias__in_range(bias))) {
		*why = "its clock is too coarse or the machine too busy to measure a sibling";
		error = -1;
	}
	sibling__end(t);
	profile__free(p);
	free(all);
	return error;
}
