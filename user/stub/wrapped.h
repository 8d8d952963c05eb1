/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Up to 3.11 an interpreter tells of calls of C functions by each thread's profile function. The
 * stub takes its place, and calls the program's own (of sys.setprofile, of cProfile) from there;
 * what the program sees of it, its argument, stays. Where the program sets another, the stub is
 * back at the thread's next Python function. A thread whose stub is not alive any more puts back
 * what was there at its next event. Part of the stub.
 */
#ifndef BPFPROF_STUB_WRAPPED_H
#define BPFPROF_STUB_WRAPPED_H

#include "cfuncs.h"

/* What a profile function is called for. */
enum { PROFILE_C_CALL = 4, PROFILE_C_EXCEPTION, PROFILE_C_RETURN };

typedef int profile_function(__u64 object, __u64 frame, int what, __u64 arg);

static int cfunc_event(__u64 object, __u64 frame_object, int what, __u64 arg);

/* Where the thread with that state has its profile function. */
ALWAYS __u64 *profile_of(__u64 tstate)
{
	return (__u64 *)(tstate + config.tstate_profile);
}

/* The element of that thread state; of 0, a free one. 0: there is none. */
static struct stub_wrapped *wrapped_of(__u64 key)
{
	for (__u32 i = 0; i < STUB_WRAPPED; i++) {
		if (cfuncs.wrapped[i].tstate == key)
			return &cfuncs.wrapped[i];
	}
	return 0;
}

/* The program's own profile function; 0: it has none. */
ALWAYS __u64 wrapped_in(__u64 tstate)
{
	struct stub_wrapped *w = RARE(cfuncs.wrappings) ? wrapped_of(tstate) : 0;

	return w ? w->function : 0;
}

/* Remembers the thread's own profile function; 0: forgets it. Returns 0 where there is no room. */
static int keep(__u64 tstate, __u64 function)
{
	struct stub_wrapped *w = cfuncs.wrappings ? wrapped_of(tstate) : 0;

	if (!w && function) {
		w = wrapped_of(0);
		cfuncs.wrappings += w != 0;
	} else if (w && !function) {
		*w = (struct stub_wrapped){0};
		cfuncs.wrappings--;
		return 1;
	}
	if (w)
		*w = (struct stub_wrapped){tstate, function};
	return w || !function;
}

/* As a Python function begins. Who called it may have called one of C before, which has set another
 * profile function: then that is what is told of its end. */
COLD static void end_replacing(__u64 tstate, __u64 frame)
{
	struct acc_thread *s;
	__u32 at;

	s = thread_current(tstate, &at);
	if (s && !s->overflow && top_of(s) == call_from(AT(frame, config.frame_prev)) &&
	    s->calls == acc_frame(s->top)->calls + 1)
		end_untold(s);
}

COLD static void wrap_now(__u64 tstate, __u64 frame)
{
	__u64 *profile = profile_of(tstate);
	__u64 in = config.flag_in_cframe ? AT(tstate, config.tstate_flag)
					 : tstate + config.tstate_flag;

	end_replacing(tstate, frame);
	if (AT32(tstate, config.tstate_tracing_now) || !keep(tstate, *profile))
		return;
	cfuncs.kept = 1; /* the thread may come back to it at any time from now on */
	*(volatile __u64 *)profile = (__u64)cfunc_event;
	*(volatile __u8 *)in = config.flag_set;
}

/* As a Python function begins, in that frame. */
ALWAYS void wrap(__u64 tstate, __u64 frame)
{
	if (RARE(*profile_of(tstate) != (__u64)cfunc_event))
		wrap_now(tstate, frame);
}

/* In an event; CPython's flag follows. */
COLD static void unwrap(__u64 tstate)
{
	__u64 before = wrapped_in(tstate);

	if (*profile_of(tstate) != (__u64)cfunc_event)
		return;
	*(volatile __u64 *)profile_of(tstate) = before;
	keep(tstate, 0);
}

/* To look at the clock costs as much as all the rest: of events in which it is not looked at
 * anyway, one in so many does. */
#define EVENTS_A_LOOK 64

static int is_over(__u64 now)
{
	if (!now && ++cfuncs.events % EVENTS_A_LOOK)
		return 0;
	return (now ? now : ticks()) >= *(volatile __u64 *)&state.deadline;
}

static int cfunc_event(__u64 object, __u64 frame_object, int what, __u64 arg)
{
	__u64 tstate = tstate_now(), function = wrapped_in(tstate), now = 0;
	__u64 frame = config.frameobj_frame && config.frame_owner
			      ? AT(frame_object, config.frameobj_frame)
			      : frame_object;
	int is_row = is_counting() && what >= PROFILE_C_CALL && is_cfunction(type_of(arg)), error;

	if (is_row && what != PROFILE_C_CALL)
		now = leave_cfunc(tstate, call_from(frame), 1);
	error = function ? ((profile_function *)function)(object, frame_object, what, arg) : 0;
	if (is_row && what == PROFILE_C_CALL && !error && is_counting())
		enter_cfunc(tstate, frame, definition_of_cfunction(arg), arg);
	if (RARE(!is_counting() || is_over(now)))
		unwrap(tstate);
	return error;
}

#endif
