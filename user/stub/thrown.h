/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Exceptions in the innermost frame, and generators that they are thrown into. Part of the stub. */
#ifndef BPFPROF_STUB_THROWN_H
#define BPFPROF_STUB_THROWN_H

/* In 3.12 and 3.13: bytes before a generator's frame; below 0 while it is suspended. */
#define GENERATOR_STATE 5

/* Whether the frame has yet to yield: what watches its yields, and is called before it is
 * suspended, has raised an exception. From 3.14 on the frame is at that instruction then; before,
 * its generator is called suspended already, which none is that runs. */
static int has_yet_to_yield(__u64 frame)
{
	if (config.watched_yield)
		return instruction_of(frame) == config.watched_yield;
	return *(const __s8 *)(frame - GENERATOR_STATE) < 0;
}

/*
 * Where something of the program's watches returns and yields, their end is only seen by what comes
 * next. Here that is an exception in the same frame, the innermost: it was thrown into where it was
 * suspended, or what watches has raised it, so that the frame goes on.
 */
COLD static void settle_raised(struct acc_thread *s, __u32 at, __u64 frame)
{
	struct acc_frame *f = acc_frame(s->top);
	struct acc_moment now;

	if (f->late & ACC_YIELDING && !has_yet_to_yield(frame)) {
		acc_now(s, &now);
		end_gone(s, &now);
		open_missing(s, at, frame, 1, 1);
		return;
	}
	f->late &= ACC_LATE;
	s->leaving--;
	s->marked = 0;
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
	if (raised && s->leaving && top_of(s) == frame && acc_frame(s->top)->late & ACC_LEAVING)
		settle_raised(s, at, frame);
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
