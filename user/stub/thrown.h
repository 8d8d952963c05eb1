/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Exceptions in the innermost frame, and generators that they are thrown into. Part of the stub. */
#ifndef BPFPROF_STUB_THROWN_H
#define BPFPROF_STUB_THROWN_H

/*
 * Where something of the program's watches yields, their end is only seen by what comes next: here
 * an exception in the innermost frame, which was thrown into where it was suspended. What watches
 * may have raised it instead, but then something is open above the frame, or it is of C and never
 * does.
 */
COLD static void throw_again(struct acc_thread *s, __u32 at, __u64 frame)
{
	struct acc_moment now;

	acc_now(s, &now);
	end_gone(s, &now);
	open_missing(s, at, frame, 1, 1);
}

/* The thread of an event that is neither a frame's beginning nor its end, its stack ending with
 * that frame; 0: there is none. raised: the event is an exception. */
static struct acc_thread *thread_in(__u64 tstate, __u64 frame, int raised)
{
	struct acc_thread *s;
	__u32 at;

	if (!is_on(frame))
		return 0;
	s = thread_current(tstate, &at);
	if (!s || is_shim(frame))
		return 0;
	if (top_of(s) != frame && !s->overflow)
		settle(s, at, frame);
	else if (raised && top_of(s) == frame && acc_frame(s->top)->late & ACC_YIELDING)
		throw_again(s, at, frame);
	return s;
}

/* Where throw() and close() find a generator of 3.11's. */
static int is_thrown_into(__u64 frame)
{
	__u8 op = instruction_of(frame);

	return op == config.thrown[0] || op == config.thrown[1] || op == config.thrown[2];
}

/*
 * A generator that was thrown into may end without another word. Where the innermost frame is taken
 * for it, that is another, whose memory it was given, or itself as a profile function has shown it,
 * which 3.11 calls before all.
 */
COLD static void end_mistaken(__u64 tstate, __u64 frame)
{
	struct acc_thread *s = thread_in(tstate, frame, 0);
	struct acc_moment now;

	if (!s || top_of(s) != frame || (!s->marked && !(acc_frame(s->top)->late & ACC_LATE)))
		return;
	acc_now(s, &now);
	end_gone(s, &now);
}

#endif
