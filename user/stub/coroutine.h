/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Coroutines by the dispatch table: where their frames stand tells whether they begin or go on.
 * Part of the stub. */
#ifndef BPFPROF_STUB_COROUTINE_H
#define BPFPROF_STUB_COROUTINE_H

#define RESUME_REASON 3 /* of RESUME's operand: why it is there */
#define RESUME_YIELDS 1 /* after a yield; 0: it begins; more: in a yield from, or an await */

/* How an activation begins, in its RESUME: the frame stands there, or at the yield before it, or as
 * it is made at POP_TOP, whose operand is 0 as that of a RESUME that begins. */
static enum acc_start start_of(__u64 frame)
{
	const __u8 *at = (const __u8 *)AT(frame, config.frame_instr);
	__u8 reason;

	if (is_at_yield(frame))
		at += config.resume_by;
	reason = at[1] & RESUME_REASON;
	if (!reason)
		return ACC_BEGINS;
	return reason == RESUME_YIELDS ? ACC_GOES_ON : ACC_AWAITED;
}

/* A frame that is not known stands where it was made: at RETURN_GENERATOR, or since 3.13 behind. */
static int has_not_begun(__u64 frame)
{
	const __u8 *at = (const __u8 *)AT(frame, config.frame_instr);

	return at[config.resume_by ? 0 : -INSTR_BYTES] == config.creates;
}

/* How an activation begins by an exception that was thrown in. */
static enum acc_start start_thrown(__u64 frame)
{
	return has_not_begun(frame) ? ACC_IF_BEGUN : ACC_GOES_ON;
}

/* The innermost frame is a coroutine's, into which an exception was thrown: what it is linked to
 * awaited it. */
COLD static void throw_into(struct acc_thread *s, __u64 frame)
{
	if (config.inlined)
		acc_coroutine_enter(s, start_thrown(frame));
	for (frame = caller_of_frame(frame); frame && is_linked(s, frame);
	     frame = caller_of_frame(frame)) {
		if (config.inlined)
			acc_coroutine_awaited(frame, acc_frame(s->top)->enter_ticks);
		else
			stub_follow(frame, STUB_FOLLOW_AWAITED, 0, 0);
	}
}

/* How a frame ends that has gone without another word, or after one that said how. */
static enum acc_end end_of(__u32 late)
{
	if (late & ACC_YIELDING)
		return ACC_SUSPENDS + (late >> ACC_YIELD_IN);
	return late & ACC_LEAVING ? ACC_RETURNS : ACC_RAISES;
}

#endif
