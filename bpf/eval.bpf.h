/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The eval backend: uprobes on the two marker sites of the stub (user/stub), which passes them the
 * frame, the code object and its identity in the registers of a call's arguments. So nothing is
 * read from the process but a new function's names, and every entry has its return.
 */
#ifndef BPFPROF_EVAL_BPF_H
#define BPFPROF_EVAL_BPF_H

#include "names.bpf.h"

__u64 unicode_type = 0; /* address of PyUnicode_Type in the process */

/* What tells a layout that is not as believed: a code object's file name that is no string. */
static __always_inline int is_str(__u64 object)
{
	__u64 type = 0;

	bpf_probe_read_user(&type, sizeof(type), (void *)(object + layout.ob_type));
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
	return acc_edge_for(s, at, c);
}

/* The return of a frame that is not open: closed early, or entered before the attach. */
static __noinline int eval_unknown(struct acc_thread *s)
{
	struct acc_ctl *ctl = acc_ctl();

	if (!s || !ctl)
		return 0;
	if (s->closed_early)
		s->closed_early--;
	else if (s->predates)
		ACC_ADD(&ctl->ignored, 1);
	else
		acc_lose(ACC_LOSS_UNMATCHED, 1);
	return 0;
}

SEC("uprobe")
int bpfp_eval_enter(struct pt_regs *ctx)
{
	__u32 at = thread_current(), edge;
	struct acc_thread *s = at ? acc_thread(at) : 0;
	struct acc_call c = {.ident = ctx->si, .cheap = ctx->si, .code = ctx->dx};
	struct acc_moment now;
	__u64 begin;

	if (!s)
		return 0;
	if (ctx->cx && !called_by_top(s, ctx->cx)) {
		acc_now(s, &now);
		acc_settle(s, ctx->cx, &now);
	}
	begin = acc_is_timed(s) ? acc_clock() : 0;
	edge = acc_edge_guess(s, c.cheap);
	if (!edge) {
		begin = 0;
		edge = eval_closely(s, at, &c);
	}
	acc_open(s, edge, ctx->di, begin);
	return 0;
}

SEC("uprobe")
int bpfp_eval_leave(struct pt_regs *ctx)
{
	struct acc_moment now = {.at = acc_clock()};
	__u32 at = thread_current();
	struct acc_thread *s = at ? acc_thread(at) : 0;
	struct acc_row *row = s ? acc_row(s->row) : 0;

	if (!row)
		return 0;
	acc_was(s, &now);
	if (acc_leave(s, row, ctx->di, &now) == ACC_UNKNOWN)
		eval_unknown(s);
	else if (acc_is_timed(s))
		acc_time_return(acc_clock() - now.at);
	return 0;
}

/* The C stack is short: beneath the call that is open now nothing is seen. */
SEC("uprobe")
int bpfp_eval_low(struct pt_regs *ctx)
{
	acc_lose(ACC_LOSS_LOW_STACK, 1);
	return 0;
}

#endif
