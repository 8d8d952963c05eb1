/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The correction: own times edge by edge, then cumulative ones from the leaves up. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/bias.h"
#include "model/paths.h"

/* What is known of a function while it is worked on. */
struct node {
	double wanted;	   /* of its own time, beyond what its edges want */
	double room;	   /* likewise, of its time on a CPU */
	double taken;	   /* of its edges' */
	double beneath;	   /* corrected cumulative time of what it calls, as far as known */
	uint32_t pending;  /* edges from it to functions that are not done */
	uint32_t placed;   /* edges to it, while they are sorted */
	uint32_t looked;   /* edges from it that were looked at, by calls_next */
	bool done, passed; /* passed: on the way of calls_next */
};

struct correction {
	struct profile *p;
	struct prof_bias *of; /* as they hold of each function */
	struct node *nodes;
	uint32_t *into,
		*starts; /* edges by callee: those of f are from starts[f] to starts[f + 1] */
	uint32_t *from, *begins; /* edges by caller, likewise */
	uint32_t *ready, nready; /* functions whose callees are all done */
	uint32_t *way, nway;	 /* functions, each of which calls the next */
	double per_call;	 /* what each call adds to the cumulative time of those above it */
	double total;		 /* of corrected own times */
};

static int64_t rounded(double ns)
{
	const double most = PROF_NS_MAX;

	return llround(ns > most ? most : ns < -most ? -most : ns);
}

static int64_t minus(int64_t ns, int64_t off)
{
	return prof_ns(prof_ns(ns) - prof_ns(off));
}

static int64_t plus(int64_t ns, int64_t off)
{
	return prof_ns(prof_ns(ns) + prof_ns(off));
}

static double room_of(const struct prof_stat *st)
{
	return (double)st->tottime_ns - (double)st->own_away.off_ns;
}

static void take_own(struct prof_stat *st, double ns)
{
	st->own_bias_ns = rounded(ns);
	st->tottime_ns = minus(st->tottime_ns, st->own_bias_ns);
}

static double bounded(double wanted, double room)
{
	return fmin(wanted, fmax(room, 0));
}

/* Of each edge, and of what a function has besides: calls from nobody known. Returns what was taken
 * in all. */
static double correct_own(struct correction *c)
{
	double taken = 0;

	for (size_t i = 0; i < c->p->nfuncs; i++) {
		c->nodes[i].wanted = prof_bias__own(&c->of[i], &c->p->funcs[i].stat);
		c->nodes[i].room = room_of(&c->p->funcs[i].stat);
	}
	for (size_t i = 0; i < c->p->nedges; i++) {
		struct prof_edge *e = &c->p->edges[i];
		double wants = prof_bias__own(&c->of[e->callee], &e->stat);
		double room = room_of(&e->stat);

		c->nodes[e->callee].wanted -= wants;
		c->nodes[e->callee].room -= room;
		take_own(&e->stat, bounded(wants, room));
		c->nodes[e->callee].taken += (double)e->stat.own_bias_ns;
	}
	for (size_t i = 0; i < c->p->nfuncs; i++) {
		struct prof_stat *st = &c->p->funcs[i].stat;
		double ns;

		ns = c->nodes[i].taken + bounded(c->nodes[i].wanted, c->nodes[i].room);
		take_own(st, bounded(ns, room_of(st)));
		taken += (double)st->own_bias_ns;
		c->total += (double)st->tottime_ns;
	}
	return taken;
}

/* No more than all own times, and no less than its own and what it was off a CPU in others. */
static void set_cum(const struct correction *c, struct prof_stat *st, double ns)
{
	double others_off = (double)st->cum_away.off_ns - (double)st->own_away.off_ns;
	double least = (double)st->tottime_ns + fmax(others_off, 0);
	int64_t left = rounded(fmax(fmin(ns, c->total), least));

	st->cum_bias_ns = minus(st->cumtime_ns, left);
	st->cumtime_ns = left;
}

/* Calls whose time is in the cumulative one. */
static double calls_in(const struct prof_stat *st)
{
	return (double)st->primitive_calls + (double)st->calls_beneath;
}

/* Of some calls of f, their part of what was taken off it. */
static void correct_some(const struct correction *c, uint32_t f, struct prof_stat *st)
{
	const struct prof_stat *of = &c->p->funcs[f].stat;
	double part = fmin(calls_in(st) / fmax(calls_in(of), 1), 1);
	double cum = (double)st->cumtime_ns - (double)of->cum_bias_ns * part;

	if (!st->calls_beneath)
		cum = (double)st->tottime_ns;
	set_cum(c, st, cum);
}

/* Of a call of f. */
static double outside_of(const struct correction *c, size_t f)
{
	const struct prof_bias *b = &c->p->target.bias;

	return c->p->funcs[f].kind == ACC_KIND_C ? b->c.outside_ns : b->outside_ns;
}

/* What all calls in it have added; the call itself adds nothing outside of it. */
static double by_calls(const struct correction *c, uint32_t f)
{
	const struct prof_stat *st = &c->p->funcs[f].stat;
	double outside = outside_of(c, f) * (double)st->primitive_calls;

	return (double)st->cumtime_ns - fmax(calls_in(st) * c->per_call - outside, 0);
}

static bool calls_itself(const struct prof_edge *e)
{
	return e->caller == e->callee;
}

static void make_ready(struct correction *c, uint32_t f)
{
	c->ready[c->nready++] = f;
	c->nodes[f].done = true;
}

static void correct_func(struct correction *c, uint32_t f)
{
	struct node *node = &c->nodes[f];
	struct prof_stat *st = &c->p->funcs[f].stat;
	bool adds_up = !node->pending && st->ncalls && st->primitive_calls == st->ncalls;
	double cum = adds_up ? (double)st->tottime_ns + node->beneath : by_calls(c, f);

	set_cum(c, st, cum);
	for (uint32_t i = c->starts[f]; i < c->starts[f + 1]; i++) {
		struct prof_edge *e = &c->p->edges[c->into[i]];
		struct node *caller = &c->nodes[e->caller];

		correct_some(c, f, &e->stat);
		caller->beneath += (double)e->stat.cumtime_ns;
		if (!calls_itself(e) && !--caller->pending && !caller->done)
			make_ready(c, e->caller);
	}
}

static uint32_t end_of(const struct prof_edge *e, bool caller)
{
	return caller ? e->caller : e->callee;
}

/* Edges by caller, else by callee: those of f are sorted[starts[f]] to sorted[starts[f + 1] - 1].
 */
static void sort_edges(struct correction *c, bool caller, uint32_t *starts, uint32_t *sorted)
{
	const struct profile *p = c->p;

	for (size_t i = 0; i < p->nedges; i++)
		starts[end_of(&p->edges[i], caller) + 1]++;
	for (size_t f = 0; f < p->nfuncs; f++) {
		starts[f + 1] += starts[f];
		c->nodes[f].placed = 0;
	}
	for (size_t i = p->nedges; i-- > 0;) {
		uint32_t f = end_of(&p->edges[i], caller);

		sorted[starts[f] + c->nodes[f].placed++] = (uint32_t)i;
	}
}

static void count_pending(struct correction *c)
{
	const struct profile *p = c->p;

	for (size_t i = 0; i < p->nedges; i++)
		c->nodes[p->edges[i].caller].pending += !calls_itself(&p->edges[i]);
	for (size_t f = 0; f < p->nfuncs; f++) {
		if (!c->nodes[f].pending)
			make_ready(c, (uint32_t)f);
	}
}

/* A function that f calls and that is not done. There is one where f is pending. */
static uint32_t calls_next(struct correction *c, uint32_t f)
{
	struct node *node = &c->nodes[f];

	for (; node->looked < c->begins[f + 1] - c->begins[f]; node->looked++) {
		const struct prof_edge *e = &c->p->edges[c->from[c->begins[f] + node->looked]];

		if (!calls_itself(e) && !c->nodes[e->callee].done)
			return e->callee;
	}
	return f;
}

static void go_to(struct correction *c, uint32_t f)
{
	c->nodes[f].passed = true;
	c->way[c->nway++] = f;
}

/* Goes on along calls, from f where the way is at its end, until one leads back to the way: who
 * makes that is in a circle, and done without what it calls. Only who is in a circle is. */
static void break_circle(struct correction *c, uint32_t f)
{
	while (c->nway && c->nodes[c->way[c->nway - 1]].done)
		c->nway--;
	if (!c->nway)
		go_to(c, f);
	for (;;) {
		uint32_t last = c->way[c->nway - 1], next = calls_next(c, last);

		if (c->nodes[next].passed) {
			make_ready(c, last);
			return;
		}
		go_to(c, next);
	}
}

/* Each after all that it calls, but in circles. */
static void correct_cum(struct correction *c)
{
	uint32_t at = 0, f = 0;

	count_pending(c);
	while (at < c->nready || f < c->p->nfuncs) {
		if (at < c->nready)
			correct_func(c, c->ready[at++]);
		else if (c->nodes[f].done)
			f++;
		else
			break_circle(c, f);
	}
}

static void correct_thread(const struct correction *c, struct prof_thread *t)
{
	double room = (double)t->tottime_ns - (double)t->away.off_ns;

	t->bias_ns = rounded(bounded((double)t->ncalls * c->per_call, room));
	t->tottime_ns = minus(t->tottime_ns, t->bias_ns);
}

/* Once the functions are. */
static void correct_part(const struct correction *c, struct prof_part *part)
{
	double wants = prof_bias__own(&c->of[part->func], &part->stat);

	take_own(&part->stat, bounded(wants, room_of(&part->stat)));
	correct_some(c, part->func, &part->stat);
}

void profile__correct(struct profile *p)
{
	struct correction c = {.p = p};
	const double outside = p->target.bias.outside_ns;
	double taken, calls = 0, uncalled = 0;

	if (p->target.bias.from == PROF_BIAS_NONE)
		return;
	c.of = profile__biases(p);
	c.nodes = xcalloc(p->nfuncs + 1, sizeof(*c.nodes));
	c.ready = xcalloc(p->nfuncs + 1, sizeof(*c.ready));
	c.starts = xcalloc(p->nfuncs + 2, sizeof(*c.starts));
	c.into = xcalloc(p->nedges + 1, sizeof(*c.into));
	c.begins = xcalloc(p->nfuncs + 2, sizeof(*c.begins));
	c.from = xcalloc(p->nedges + 1, sizeof(*c.from));
	c.way = xcalloc(p->nfuncs + 1, sizeof(*c.way));
	for (size_t i = 0; i < p->nfuncs; i++) {
		calls += (double)p->funcs[i].stat.ncalls;
		uncalled += (double)p->funcs[i].stat.child_calls;
	}
	uncalled = calls - uncalled;
	taken = correct_own(&c);
	c.per_call = calls > 0 ? (taken + uncalled * outside) / calls : 0;
	sort_edges(&c, false, c.starts, c.into);
	sort_edges(&c, true, c.begins, c.from);
	correct_cum(&c);
	if (p->npaths)
		paths__correct(p, c.of);
	for (size_t i = 0; i < p->nthreads; i++)
		correct_thread(&c, &p->threads[i]);
	for (size_t i = 0; i < p->nparts; i++)
		correct_part(&c, &p->parts[i]);
	free(c.of);
	free(c.nodes);
	free(c.ready);
	free(c.starts);
	free(c.into);
	free(c.begins);
	free(c.from);
	free(c.way);
}

static void put_back(struct prof_stat *st)
{
	st->tottime_ns = plus(st->tottime_ns, st->own_bias_ns);
	st->cumtime_ns = plus(st->cumtime_ns, st->cum_bias_ns);
	st->own_bias_ns = 0;
	st->cum_bias_ns = 0;
	st->settled_error_ns = 0;
}

void profile__uncorrect(struct profile *p)
{
	p->settled_error_ns = 0;
	put_back(&p->run);
	for (size_t i = 0; i < p->nfuncs; i++)
		put_back(&p->funcs[i].stat);
	for (size_t i = 0; i < p->nedges; i++)
		put_back(&p->edges[i].stat);
	for (size_t i = 0; i < p->npaths; i++)
		put_back(&p->paths[i].stat);
	for (size_t i = 0; i < p->nparts; i++)
		put_back(&p->parts[i].stat);
	for (size_t i = 0; i < p->nthreads; i++) {
		struct prof_thread *t = &p->threads[i];

		t->tottime_ns = plus(t->tottime_ns, t->bias_ns);
		t->bias_ns = 0;
	}
}

/* Down to whole ns, as reports tell it. */
static int64_t whole(double ns)
{
	return rounded(floor(ns));
}

static void settle_error(struct prof_stat *st, const struct prof_bias *b)
{
	st->settled_error_ns = whole(prof_bias__error(b, st));
}

void profile__settle(struct profile *p)
{
	struct prof_bias *of = profile__biases(p);

	p->settled_error_ns = whole(profile__bias_error(p));
	for (size_t i = 0; i < p->nfuncs; i++)
		settle_error(&p->funcs[i].stat, &of[i]);
	for (size_t i = 0; i < p->nedges; i++)
		settle_error(&p->edges[i].stat, &of[p->edges[i].callee]);
	for (size_t i = 0; i < p->npaths; i++)
		settle_error(&p->paths[i].stat, &of[p->paths[i].func]);
	free(of);
	p->target.bias = (struct prof_bias){0};
}

void profile__add(struct profile *to, struct profile *p)
{
	if (!prof_bias__same(&to->target.bias, &p->target.bias)) {
		profile__correct(to);
		profile__settle(to);
		profile__correct(p);
		profile__settle(p);
	}
	profile__merge(to, p);
	profile__free(p);
}
