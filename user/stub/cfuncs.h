/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The calls of C functions, as the interpreter tells of them (armed.h, wrapped.h). A frame of
 * Python's has one such call at a time, which ends by return or exception; what it calls of
 * Python's stands above it. Part of the stub.
 */
#ifndef BPFPROF_STUB_CFUNCS_H
#define BPFPROF_STUB_CFUNCS_H

#include "count.h"
#include "python.h"

#define DEFINED (1ull << 63) /* an address with that is no cheap of a code object's */

/* Before a call from a frame that is not simply the innermost; and before the end of one that is
 * not, which is 0 where that was not seen to begin. */
static void settle_calling(struct acc_thread *s, __u32 at, __u64 frame);
static int settle_called(struct acc_thread *s, __u32 at, __u64 call);

/* Whether calls are to be counted now. In a forked child the state reads as zero, and none is. */
ALWAYS int is_counting(void)
{
	return state.checked == STUB_AS_BELIEVED && *(volatile __u64 *)&state.deadline;
}

/* Ends the innermost call, of a C function, whose end was not told: it took as long as what it
 * called, as far as is known. */
COLD static void end_untold(struct acc_thread *s)
{
	struct acc_frame *f = acc_frame(s->top);
	struct acc_moment end = {f->enter_ticks + f->child_ticks, f->away};

	acc_away_add(&end.away, acc_away(s->top));
	acc_pop(s, acc_row(s->row), &end);
}

/* Ends calls of C functions from that frame, which goes on. */
COLD static void end_calls_from(struct acc_thread *s, __u64 frame)
{
	while (top_of(s) == call_from(frame))
		end_untold(s);
}

/* The edge of a call that is not the one expected. */
APART static __u32 look_closely_at(struct acc_thread *s, __u32 at, __u64 cheap, __u64 callable)
{
	struct acc_call c = {
		.ident = ident_of(cheap), .cheap = cheap, .names = {callable}, .kind = ACC_KIND_C};

	return acc_edge_for(s, at, &c);
}

/* A call of a C function from that frame begins: definition tells it from others, callable is the
 * object. */
ALWAYS void enter_cfunc(__u64 tstate, __u64 frame, __u64 definition, __u64 callable)
{
	__u64 cheap = definition | DEFINED;
	struct acc_thread *s;
	__u32 at, edge;

	s = thread_current(tstate, &at);
	if (RARE(!s))
		return;
	if (RARE(top_of(s) != frame || s->special))
		settle_calling(s, at, frame);
	edge = acc_edge_guess(s, cheap);
	if (RARE(!edge))
		edge = look_closely_at(s, at, cheap, callable);
	acc_open(s, edge, ACC_KIND_C, call_from(frame), 0);
}

/* The end of a call, of what is a row for sure or else if it was counted. Returns the moment, in
 * ticks. */
ALWAYS __u64 leave_cfunc(__u64 tstate, __u64 call, int is_row)
{
	struct acc_moment now;
	struct acc_thread *s;
	__u32 at;

	s = thread_current(tstate, &at);
	if (RARE(!s))
		return 0;
	acc_now(s, &now);
	if (RARE(top_of(s) != call || s->special) && (!is_row || !settle_called(s, at, call)))
		return 0;
	acc_pop(s, acc_row(s->row), &now);
	return now.at;
}

#endif
