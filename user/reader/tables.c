/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables to profile: closes what is open, resolves indices, turns names into valid UTF-8. Knows
 * the tables and the model; no BPF object, no process. */
#include <linux/types.h>

/* The unit of the tables is known when they are drained. */
static __s64 tables_ns_of(__u64 ticks);
#define acc_ns_of(ticks) tables_ns_of(ticks)

#include "reader/in_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/ticks.h"
#include "base/utf8.h"
#include "model/profile.h"
#include "reader/parts.h"

__s64 length__of(const struct ticks_clock *c, __u64 ticks)
{
	double ns = (double)(__s64)ticks * c->ns_per_tick;

	if (!(ns < PROF_NS_MAX && ns > -PROF_NS_MAX))
		return ns < 0 ? -PROF_NS_MAX : PROF_NS_MAX;
	return c->ns_per_tick == 1 ? (__s64)ticks : (__s64)ns;
}

__u64 tick__ns(const struct ticks_clock *c, __u64 tick)
{
	return c->now_ns - (__u64)length__of(c, c->now - tick);
}

static __u64 tick_of(const struct ticks_clock *c, __u64 ns)
{
	const struct ticks_clock back = {.ns_per_tick = 1 / c->ns_per_tick};

	return c->now - (__u64)length__of(&back, c->now_ns - ns);
}

/* When the thread ended, or now; or later, where it came back after that as the tables were copied:
 * what it was away then is in its sums. */
static __u64 last_ns(const struct acc_thread *s, const struct ticks_clock *clock)
{
	if (s->end_ns)
		return s->end_ns;
	return s->back_ns > clock->now_ns ? s->back_ns : clock->now_ns;
}

/* The tick no sooner than what has been counted of the innermost frame: a thread may have been in
 * the midst of that as counting ended. */
static __u64 not_before_top(const struct acc_thread *s, __u64 tick)
{
	const struct acc_frame *f = s->top ? acc_frame(s->top) : NULL;
	__u64 least = f ? f->enter_ticks + f->child_ticks : 0;

	return least > tick ? least : tick;
}

/* What the clocks of a thread say at its end, or now. One that is away stays so until then. */
static struct acc_moment last_moment(const struct acc_thread *s, const struct ticks_clock *clock)
{
	__u64 now_ns = last_ns(s, clock);
	struct acc_moment m = {clock->now, s->away};

	if (now_ns != clock->now_ns)
		m.at = tick_of(clock, now_ns);
	m.at = not_before_top(s, m.at);
	if (!s->out_ns || s->out_ns > now_ns)
		return m;
	m.away.off_ns += now_ns - s->out_ns;
	if (s->ready_ns && s->ready_ns <= now_ns)
		m.away.wait_ns += now_ns - s->ready_ns;
	return m;
}

/* A thread that is blocked has waited until now. */
static void charge_wait(struct acc_thread *s, const struct ticks_clock *clock)
{
	__u64 until = s->end_ns ? s->end_ns : clock->now_ns;

	if (s->ready_ns && s->ready_ns < until)
		until = s->ready_ns;
	if (s->out_ns && s->out_ns < until)
		acc_waited(s, s->reason, until - s->out_ns);
}

static double tables_ns_per_tick;

static __s64 tables_ns_of(__u64 ticks)
{
	const struct ticks_clock c = {.ns_per_tick = tables_ns_per_tick};

	return length__of(&c, ticks);
}

/* The innermost frame; false: there is none. */
static bool close_top(struct acc_thread *s, const struct acc_moment *end)
{
	const struct acc_frame *f = s->top ? acc_frame(s->top) : NULL;
	const __u32 edge = f ? f->edge : 0;

	if (!acc_pop(s, acc_row(s->row), end))
		return false;
	if (in_use->still && !s->end_ns && edge < in_use->size.edges)
		in_use->still[edge]++;
	return true;
}

/* Closes the open frames of a thread's running stack: the innermost where an exception passed it,
 * if one did, the others at end. No more than *most frames: a loop of hostile links ends there. */
static void close_stack(struct acc_thread *s, const struct acc_moment *end, __u32 *most)
{
	struct acc_moment mark = {s->mark, s->mark_away};

	if (s->marked)
		acc_pop(s, acc_row(s->row), &mark);
	s->marked = 0;
	while (*most && close_top(s, end))
		--*most;
}

/* Closes the frames of stacks that were never switched back to, where these stand still. */
static void close_parked(struct tables *t)
{
	__u32 most = t->size.frames;

	for (__u32 i = ACC_CHUNK; i + ACC_CHUNK <= t->size.frames; i += ACC_CHUNK) {
		const struct acc_stack *st = acc_stack(i);
		__u32 thread = st->thread;
		struct acc_moment then = {st->at, st->away};
		struct acc_thread *s =
			thread && thread < t->size.threads ? &t->threads[thread] : NULL;

		if (!s)
			continue;
		s->top = st->top;
		s->calls = st->calls;
		acc_reopen(s);
		close_stack(s, &then, &most);
		s->top = 0;
	}
}

void tables__close_frames(struct tables *t, const struct ticks_clock *clock)
{
	in_use = t;
	tables_ns_per_tick = clock->ns_per_tick;
	t->ended = t->ctl->ended;
	strips__close(t, clock->now_ns);
	for (__u32 i = 1; i < t->size.threads; i++) {
		struct acc_moment end = last_moment(&t->threads[i], clock);
		__u32 most = t->size.frames;

		charge_wait(&t->threads[i], clock);
		close_stack(&t->threads[i], &end, &most);
	}
	close_parked(t);
}

__u32 tables__taken(__u32 batches, __u32 size)
{
	return batches < size / ACC_BATCH ? (batches + 1) * ACC_BATCH : size;
}

uint32_t func__at(const struct tables *t, const uint32_t *map, __u32 i)
{
	__u32 code = i && i < t->size.funcs ? ONCE(t->funcs[i].code) : 0;

	return code && code < t->size.codes ? map[code] : PROF_NONE;
}

/* No more than there are: what a hostile process has written may be anything. */
__u64 calls__primitive(__u64 calls, __u64 nested)
{
	return nested < calls ? calls - nested : 0;
}

struct prof_stat edge__stat(const struct tables *t, const struct acc_edge *e,
			    const struct acc_edge_cold *more, const struct ticks_clock *clock)
{
	const struct acc_split *split = split__at(t, ONCE(more->split));
	return (struct prof_stat){
		.ncalls = e->calls,
		.primitive_calls = calls__primitive(e->calls, more->nested),
		.tottime_ns = length__of(clock, e->own_ticks),
		.cumtime_ns = length__of(clock, e->cum_ticks),
		.own_away = away__of(&more->own, &split->own),
		.cum_away = away__of(&more->cum, &split->cum),
		.child_calls = e->children,
		.first_calls = more->firsts,
		.other_events = more->others,
		.calls_beneath = e->beneath,
		.open = more->late,
		.still = t->still ? t->still[e - t->edges] : 0,
		.life = life__of(t, e - t->edges, clock),
	};
}

struct prof_stat func__overlap(const struct tables *t, __u32 i, const struct ticks_clock *clock)
{
	const struct acc_func_cold *more = &t->funcs_cold[i];
	const struct acc_split *split = split__at(t, ONCE(t->funcs[i].split));
	struct prof_away twice = away__of(&more->overlap, &split->cum);
	struct prof_stat stat = {
		.cumtime_ns = -length__of(clock, more->overlap_ticks),
		.cum_away = {.off_ns = -twice.off_ns, .wait_ns = -twice.wait_ns},
		.calls_beneath = -more->overlap_beneath,
	};

	for (int r = 0; r < PROF_REASONS; r++)
		stat.cum_away.reason_ns[r] = -twice.reason_ns[r];
	return stat;
}

/* Of the edge at i. caller: or PROF_NONE. */
static void add_io(const struct tables *t, __u32 i, struct profile *p, uint32_t caller,
		   uint32_t callee)
{
	const struct prof_ios io = io__of_edge(t, i);

	prof_ios__add(profile__make_io(p, PROF_FUNCS, callee), &io);
	if (caller != PROF_NONE)
		prof_ios__add(profile__make_io(p, PROF_EDGES,
					       profile__edge(p, caller, callee) - p->edges),
			      &io);
}

static void add_edges(const struct tables *t, const uint32_t *map, struct profile *p,
		      const struct ticks_clock *clock)
{
	for (__u32 i = 1; i < tables__taken(ONCE(t->ctl->edges), t->size.edges); i++) {
		const struct acc_edge *e = &t->edges[i];
		const struct acc_edge_cold *more = &t->edges_cold[i];
		uint32_t callee = e->key ? func__at(t, map, e->func) : PROF_NONE;
		uint32_t caller = func__at(t, map, more->context);
		struct prof_stat stat = edge__stat(t, e, more, clock);

		if (callee == PROF_NONE || (!e->calls && !more->late))
			continue;
		if (caller != PROF_NONE)
			prof_stat__add(&profile__edge(p, caller, callee)->stat, &stat);
		stat.primitive_calls = stat.ncalls;
		prof_stat__add(&p->funcs[callee].stat, &stat);
		if (io__is_on(t))
			add_io(t, i, p, caller, callee);
	}
}

/* After the edges, which make up a function's figures but for what is counted twice. */
static void add_funcs(const struct tables *t, const uint32_t *map, struct profile *p,
		      const struct ticks_clock *clock)
{
	for (__u32 i = 1; i < tables__taken(ONCE(t->ctl->funcs), t->size.funcs); i++) {
		uint32_t f = t->funcs[i].key ? func__at(t, map, i) : PROF_NONE;
		struct prof_stat overlap = func__overlap(t, i, clock), *stat;
		struct prof_ios twice;

		if (f == PROF_NONE)
			continue;
		stat = &p->funcs[f].stat;
		stat->primitive_calls =
			calls__primitive(stat->primitive_calls, t->funcs_cold[i].nested);
		prof_stat__add(stat, &overlap);
		if (!io__is_on(t))
			continue;
		twice = io__twice(t, i);
		prof_ios__add(profile__make_io(p, PROF_FUNCS, f), &twice);
	}
}

static void add_threads(const struct tables *t, struct profile *p, const struct ticks_clock *clock)
{
	for (__u32 i = 1; i < t->size.rows; i++) {
		const struct acc_row *row = &t->rows[i];
		char *name;
		struct prof_thread *th;

		if (!row__is_used(row))
			continue;
		name = utf8_from(row->comm, strnlen(row->comm, sizeof(row->comm)), 0);
		th = profile__add_thread(p, row->tid, name);
		th->ncalls = prof_count(row->calls);
		th->tottime_ns = length__of(clock, row->own_ticks);
		th->away = away__of(&row->away, &row->reasons);
		th->idle_ns = idle__of(&th->away, row->idle_ns);
		th->switches = prof_count(row->switches);
		th->untold = prof_count(row->untold);
		th->untold_ns = (int64_t)prof_moment(row->untold_ns);
		th->strip = strip__of(t, row);
		th->end_ns = prof_moment(row->end_ns ? row->end_ns : clock->now_ns);
		th->start_ns = row__first_ns(th, prof_moment(tick__ns(clock, row->start_ticks)));
		free(name);
	}
}

void loss__add(struct profile *p, enum acc_loss loss, __u64 count)
{
	static const struct {
		const char *name, *text;
	} losses[] = {
#define ACC_LOSS(id, name, words) {#name, words},
#include "bpfprof/losses.def"
	};

	profile__add_loss(p, losses[loss].name, losses[loss].text, count);
}

static void add_losses(const struct tables *t, struct profile *p)
{
	for (__u32 i = 0; i < ACC_LOSS_COUNT; i++)
		loss__add(p, i, t->ctl->losses[i]);
}

void tables__count(const struct tables *t, uint64_t *calls, uint64_t *lost)
{
	*calls = *lost = 0;
	for (__u32 i = 1; i < tables__taken(ONCE(t->ctl->edges), t->size.edges); i++)
		*calls += ONCE(t->edges[i].calls);
	for (__u32 i = 0; i < ACC_LOSS_COUNT; i++)
		*lost += ONCE(t->ctl->losses[i]);
}

void tables__forget(struct tables *t)
{
	for (__u32 i = 0; i < tables__taken(ONCE(t->ctl->edges), t->size.edges); i++) {
		struct acc_edge *e = &t->edges[i];
		const struct acc_edge_cold *more = &t->edges_cold[i];

		e->calls = e->children = e->own_ticks = e->cum_ticks = e->beneath = 0;
		t->edges_cold[i] = (struct acc_edge_cold){.context = more->context,
							  .alike = more->alike,
							  .open = more->open,
							  .split = more->split};
	}
	for (__u32 i = 0; i < tables__taken(ONCE(t->ctl->funcs), t->size.funcs); i++)
		t->funcs_cold[i] = (struct acc_func_cold){0};
	memset(t->lives, 0, t->size.lives * sizeof(*t->lives));
	for (__u32 i = 0; i < t->size.awaits; i++)
		t->awaits[i].tasks = t->awaits[i].ticks = 0;
	memset(t->splits, 0, t->size.splits * sizeof(*t->splits));
	if (t->ios)
		memset(t->ios, 0, t->size.ios * sizeof(*t->ios));
	if (t->holds)
		memset(t->holds, 0, ACC_HOLDS * sizeof(*t->holds));
}

void tables__to_profile(const struct tables *t, const struct known_codes *known, struct profile *p,
			const struct ticks_clock *clock)
{
	uint32_t *map = codes__map(t, known, p), *threads;
	size_t first_thread = p->nthreads;

	if (t->ctl->paths)
		paths__add(t, map, p, clock);
	else
		add_edges(t, map, p, clock);
	if (!t->ctl->paths)
		awaits__add(t, map, NULL, p, clock);
	add_funcs(t, map, p, clock);
	add_threads(t, p, clock);
	threads = rows__threads(t, p, first_thread);
	blocks__add(t, p, threads);
	timeline__add(t, map, threads, p, clock);
	holds__add(t, map, threads, p);
	if (t->by_thread)
		parts__add(t, map, threads, p, clock);
	add_losses(t, p);
	p->clears = t->ctl->clears;
	p->target.coroutines = t->size.lives > 1;
	p->target.io = io__is_on(t);
	p->pace = tables__pace(t, clock);
	free(threads);
	free(map);
}
