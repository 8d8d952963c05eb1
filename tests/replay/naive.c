/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The naive accounting: a stack of whole calls, recursion found by looking. */
#include <string.h>

#include "replay/figures.h"

void figure__add(struct figure *to, const struct figure *from)
{
	__u64 *a = (__u64 *)to;
	const __u64 *b = (const __u64 *)from;

	for (size_t i = 0; i < sizeof(*to) / sizeof(*a); i++)
		a[i] += b[i];
}

struct call {
	__u64 who, frame, start, children;
	__u64 off, wait;	 /* while it was open */
	__u64 own_off, own_wait; /* of it, while it was innermost */
	__u64 beneath;		 /* directly; at any depth */
};

struct naive {
	struct call stack[THREADS][REPLAY_MAX];
	int depth[THREADS];
	struct figures *out;
};

static int open_count(const struct naive *n, __u32 thread, __u64 caller, __u64 who, int pairs)
{
	int count = 0;

	for (int i = 0; i < n->depth[thread]; i++) {
		__u64 above = i ? n->stack[thread][i - 1].who : 0;

		count += n->stack[thread][i].who == who && (!pairs || above == caller);
	}
	return count;
}

static void naive_enter(struct naive *n, const struct replay_event *ev)
{
	int d = n->depth[ev->thread];
	__u64 caller = d ? n->stack[ev->thread][d - 1].who : 0;
	__u64 who = REPLAY_ROW(ev->ident);
	struct figure *pair = &n->out->pair[ev->thread][caller][who];
	struct figure *func = &n->out->func[ev->thread][who];

	for (int i = 0; i < d; i++)
		n->stack[ev->thread][i].beneath++;
	if (d) {
		__u64 grandcaller = d > 1 ? n->stack[ev->thread][d - 2].who : 0;

		n->out->pair[ev->thread][grandcaller][caller].children++;
		n->out->func[ev->thread][caller].children++;
	}
	pair->calls++;
	func->calls++;
	pair->primitive += !open_count(n, ev->thread, caller, who, 1);
	func->primitive += !open_count(n, ev->thread, caller, who, 0);
	n->stack[ev->thread][n->depth[ev->thread]++] =
		(struct call){.who = who, .frame = ev->pyframe, .start = ev->at};
}

static void naive_pop(struct naive *n, __u32 thread, __u64 at)
{
	int d = --n->depth[thread];
	struct call c = n->stack[thread][d];
	__u64 caller = d ? n->stack[thread][d - 1].who : 0, elapsed = at - c.start;
	struct figure *pair = &n->out->pair[thread][caller][c.who];
	struct figure *func = &n->out->func[thread][c.who];

	struct figure own = {
		.own = elapsed - c.children, .own_off = c.own_off, .own_wait = c.own_wait};
	struct figure cum = {
		.cum = elapsed, .cum_off = c.off, .cum_wait = c.wait, .beneath = c.beneath};

	figure__add(pair, &own);
	figure__add(func, &own);
	if (!open_count(n, thread, caller, c.who, 1))
		figure__add(pair, &cum);
	if (!open_count(n, thread, caller, c.who, 0))
		figure__add(func, &cum);
	if (d)
		n->stack[thread][d - 1].children += elapsed;
}

static void naive_leave(struct naive *n, const struct replay_event *ev)
{
	int at = n->depth[ev->thread] - 1;

	while (ev->pyframe && at >= 0 && n->stack[ev->thread][at].frame != ev->pyframe)
		at--;
	if (at < 0)
		return;
	n->out->losses[ACC_LOSS_DROPPED] += n->depth[ev->thread] - 1 - at;
	while (n->depth[ev->thread] > at)
		naive_pop(n, ev->thread, ev->at);
}

static void naive_away(struct naive *n, const struct replay_event *ev)
{
	struct call *stack = n->stack[ev->thread];
	int d = n->depth[ev->thread];

	for (int i = 0; i < d; i++) {
		stack[i].off += ev->ident;
		stack[i].wait += ev->pyframe;
	}
	if (d) {
		stack[d - 1].own_off += ev->ident;
		stack[d - 1].own_wait += ev->pyframe;
	}
}

void naive__play(const struct replay_event *script, struct figures *out)
{
	struct naive n = {.out = out};

	memset(out, 0, sizeof(*out));
	for (const struct replay_event *ev = script; ev->op != REPLAY_END; ev++) {
		if (ev->op == REPLAY_ENTER)
			naive_enter(&n, ev);
		else if (ev->op == REPLAY_AWAY)
			naive_away(&n, ev);
		else
			naive_leave(&n, ev);
	}
}
