/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The eval backend: uprobes on the marker sites of the stub (user/stub), which passes them the
 * frame, the code object and its identity in the registers of a call's arguments. So nothing is
 * read from the process but a new function's names, and every entry has its return. By the dispatch
 * table the stub also follows the stacks of open frames, and tells at a third site what became of
 * those that ended without a word. Where coroutines are timed, the sites say how their activations
 * begin and end, and programs of their own listen.
 */
#ifndef BPFPROF_EVAL_BPF_H
#define BPFPROF_EVAL_BPF_H

#include "crowd.bpf.h"
#include "programs.bpf.h"
#include "bpfprof/stub.h"

__u64 unicode_type = 0; /* address of PyUnicode_Type in the process */

/* What tells a layout that is not as believed: a code object's file name that is no string. */
static __always_inline int is_str(__u64 object)
{
	__u64 type = 0;

	bpf_probe_read_user(&type, sizeof(type), (void *)(object + layout.object_type));
	return type == unicode_type;
}

/* The edge of a call that is not the one expected; 0: lost. */
static __noinline __u32 eval_closely(struct acc_thread *s, __u32 at, struct acc_call *c)
{
	if (!s || !c)
		return 0;
	if (call_of_code(c, c->code) < 0) {
		acc_lose(ACC_LOSS_FRAME_UNREAD, 1);
		return 0;
	}
	if (!is_str(c->names[0]) || !is_str(c->names[1])) {
		acc_lose(ACC_LOSS_LAYOUT, 1);
		return 0;
	}
	c->ident = crowd_ident(c, c->ident);
	return acc_edge_for(s, at, c);
}

/* The return of a frame that is not open: closed early, or entered before the attach. */
static __noinline int eval_unknown(struct acc_thread *s)
{
	if (!s)
		return 0;
	if (s->closed_early)
		s->closed_early--;
	else if (!s->predates)
		acc_lose(ACC_LOSS_UNMATCHED, 1);
	return 0;
}

/* The edge of a call by what it looks like, or else by its identity; 0: lost. */
static __always_inline __u32 eval_edge(struct acc_thread *s, __u32 at, struct acc_call *c,
				       __u64 *begin)
{
	__u32 edge = acc_edge_guess(s, c->cheap);

	if (edge)
		return edge;
	edge = eval_closely(s, at, c);
	*begin = acc_was_called(edge) ? *begin : 0;
	return edge;
}

/* How the innermost frame's coroutine begins or goes on, ends or is suspended, and until when it
 * awaited another. Global, as what the verifier checks once, whatever follows. */
__noinline int eval_life_enter(struct acc_thread *s, __u64 frame, __u32 how)
{
	return s && how && is_innermost(s, frame) ? acc_coroutine_enter(s, how) : 0;
}

__noinline int eval_life_leave(struct acc_thread *s, __u64 frame, __u64 at, __u32 how)
{
	return s && is_innermost(s, frame) ? acc_coroutine_leave(s, at, how) : 0;
}

static __always_inline int eval_enter(struct pt_regs *ctx, const int lives)
{
	__u32 at = thread_current(), edge;
	struct acc_thread *s = at ? acc_thread(at) : 0;
	struct acc_call c = {
		.ident = PROBED_ARG2(ctx), .cheap = PROBED_ARG2(ctx), .code = PROBED_ARG3(ctx)};
	struct acc_moment now;
	__u64 begin;

	if (!s)
		return 0;
	if (PROBED_ARG4(ctx) && !is_innermost(s, PROBED_ARG4(ctx))) {
		acc_now(s, &now);
		acc_settle_late(s, PROBED_ARG4(ctx), &now);
		if (layout.frame_owner &&
		    !layout.cframe_current) /* see late_caller_of of the stub */
			acc_settle(s, PROBED_ARG4(ctx), &now);
	}
	begin = acc_is_timed(s) ? acc_clock() : 0;
	edge = eval_edge(s, at, &c, &begin);
	acc_open(s, edge, ACC_KIND_PYTHON, PROBED_ARG1(ctx), begin);
	if (lives)
		eval_life_enter(s, PROBED_ARG1(ctx), PROBED_ARG5(ctx));
	return 0;
}

LIVES_PROGRAMS(eval_enter)

static __always_inline int eval_leave(struct pt_regs *ctx, const int lives)
{
	struct acc_moment now = {.at = acc_clock()};
	__u32 at = thread_current();
	struct acc_thread *s;
	struct acc_row *row = row_then(at, &s, &now);

	if (!row)
		return 0;
	if (lives)
		eval_life_leave(s, PROBED_ARG1(ctx), now.at, PROBED_ARG2(ctx));
	if (acc_leave(s, row, PROBED_ARG1(ctx), &now) == ACC_UNKNOWN)
		eval_unknown(s);
	else if (acc_is_timed(s))
		acc_time_return(acc_clock() - now.at);
	return 0;
}

LIVES_PROGRAMS(eval_leave)

/* A frame that was open before it was seen. */
static __noinline int eval_late(struct acc_thread *s, __u32 at, __u64 frame, __u64 ident,
				__u64 code)
{
	struct acc_call c = {.ident = ident, .cheap = ident, .code = code};
	struct acc_frame *f;
	__u64 begin;

	if (!s)
		return 0;
	f = acc_push_late(s, eval_edge(s, at, &c, &begin), frame);
	if (f)
		acc_start(s, f);
	return 0;
}

/* A frame that an exception left where it was marked. */
static __noinline int eval_passed(struct acc_thread *s, struct acc_row *row, __u64 frame)
{
	struct acc_moment mark = {};
	__u64 begin;

	if (!s || !row)
		return 0;
	mark.at = s->mark;
	mark.away = s->mark_away;
	begin = acc_clock();
	acc_leave(s, row, frame, &mark);
	if (acc_is_timed(s))
		acc_time_return(acc_clock() - begin);
	return 0;
}

/* The innermost frame's coroutine awaits tasks of that code's, or (0) of more functions than are
 * told apart. */
__noinline int eval_life_tasks(struct acc_thread *s, __u64 frame, __u64 ident, __u64 code,
			       __u32 how)
{
	struct acc_call c = {.ident = ident, .cheap = ident, .code = code};

	if (!code)
		acc_lose(ACC_LOSS_AWAITS_FULL, how);
	if (!s || !code || call_of_code(&c, code) < 0 || !is_str(c.names[0]) || !is_str(c.names[1]))
		return 0;
	c.ident = crowd_ident(&c, ident);
	return acc_await_tasks(s, frame, &c, how);
}

/* The same of what became of its frame, before the rest. */
__noinline int eval_life_follow(struct acc_thread *s, __u64 frame, __u64 now, __u32 what, __u32 how)
{
	if (!s)
		return 0;
	if (what == STUB_FOLLOW_AWAITED)
		return acc_coroutine_awaited(frame, now);
	if (what == STUB_FOLLOW_PASSED)
		return eval_life_leave(s, frame, s->mark, how);
	return what == STUB_FOLLOW_NEVER ? eval_life_leave(s, frame, now, ACC_RAISES) : 0;
}

/* What became of a frame: enum stub_follow. */
static __always_inline int eval_follow(struct pt_regs *ctx, const int lives)
{
	struct acc_moment now = {.at = acc_clock()};
	__u32 at = thread_current();
	struct acc_thread *s;
	struct acc_row *row = row_then(at, &s, &now);

	if (!row)
		return 0;
	if (lives && (PROBED_ARG2(ctx) & 255) == STUB_FOLLOW_TASKS)
		return eval_life_tasks(s, PROBED_ARG1(ctx), PROBED_ARG3(ctx), PROBED_ARG4(ctx),
				       PROBED_ARG2(ctx) >> 8);
	if (lives)
		eval_life_follow(s, PROBED_ARG1(ctx), now.at, PROBED_ARG2(ctx), PROBED_ARG3(ctx));
	if (PROBED_ARG2(ctx) == STUB_FOLLOW_LATE) {
		eval_late(s, at, PROBED_ARG1(ctx), PROBED_ARG3(ctx), PROBED_ARG4(ctx));
	} else if (PROBED_ARG2(ctx) == STUB_FOLLOW_MARK) {
		s->mark = now.at;
		s->mark_away = now.away;
		acc_other(s);
	} else if (PROBED_ARG2(ctx) == STUB_FOLLOW_PASSED) {
		eval_passed(s, row, PROBED_ARG1(ctx));
	} else if (PROBED_ARG2(ctx) == STUB_FOLLOW_PARK) {
		acc_park(s, at, &now);
	} else if (PROBED_ARG2(ctx) == STUB_FOLLOW_UNPARK) {
		acc_unpark(s, acc_parked_find(s, PROBED_ARG1(ctx)), &now);
	} else if (PROBED_ARG2(ctx) == STUB_FOLLOW_NEVER) {
		if (!acc_take_back(s, PROBED_ARG1(ctx)) && lives)
			acc_leave(s, row, PROBED_ARG1(ctx), &now);
	}
	return 0;
}

LIVES_PROGRAMS(eval_follow)

/* The C stack is short: beneath the call that is open now nothing is seen. */
SEC("uprobe")
int bpfp_eval_low(struct pt_regs *ctx)
{
	acc_lose(ACC_LOSS_LOW_STACK, 1);
	return 0;
}

#endif
