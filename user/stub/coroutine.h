/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Coroutines by the dispatch table: where their frames stand tells whether they begin or go on.
 * Part of the stub. */
#ifndef BPFPROF_STUB_COROUTINE_H
#define BPFPROF_STUB_COROUTINE_H

#define RESUME_REASON 3 /* of RESUME's operand: why it is there */
#define RESUME_YIELDS 1 /* after a yield; 0: it begins; more: in a yield from, or an await */

/* Calls of that code are activations of coroutines that are to be timed. */
ALWAYS int times(__u64 code)
{
	return config.inlined && !config.plain && is_coroutines(code);
}

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

/* The innermost frame is a coroutine's, into which an exception was thrown. One that has not begun
 * never does. What it is linked to awaited it. */
COLD static void throw_into(struct acc_thread *s, __u64 frame)
{
	if (!acc_coroutine_find(frame) && has_not_begun(frame))
		return;
	acc_coroutine_enter(s, ACC_GOES_ON);
	for (frame = caller_of_frame(frame); frame && is_linked(s, frame);
	     frame = caller_of_frame(frame))
		acc_coroutine_awaited(frame, acc_frame(s->top)->enter_ticks);
}

/* The innermost frame, a coroutine's, has gone without another word, or after one that said how. */
COLD static void end_coroutine(struct acc_thread *s, __u64 at, __u32 late)
{
	acc_coroutine_leave(s, at,
			    late & ACC_YIELDING	 ? ACC_SUSPENDS
			    : late & ACC_LEAVING ? ACC_RETURNS
						 : ACC_RAISES);
}

#endif
