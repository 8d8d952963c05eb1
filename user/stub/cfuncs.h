/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The calls of C functions, as the interpreter tells its tools of them (armed.h). A frame of
 * Python's has one such call at a time, which ends by return or exception; what it calls of
 * Python's stands above it. Part of the stub.
 */
#ifndef BPFPROF_STUB_CFUNCS_H
#define BPFPROF_STUB_CFUNCS_H

/* Arguments of the callbacks. */
enum { ARG_CODE, ARG_OFFSET, ARG_CALLABLE, ARG_SELF };

#define DEFINED (1ull << 63) /* an address with that is no cheap of a code object's */

/* The PyMethodDef of what is called, which tells C functions apart as cProfile does; 0: it is none
 * of these. */
ALWAYS __u64 definition_of(const __u64 *args)
{
	__u64 callable = args[ARG_CALLABLE], type = type_of(callable);

	if (is_cfunction(type))
		return definition_of_cfunction(callable);
	if (is_descriptor(type) && args[ARG_SELF] != cfuncs.missing)
		return definition_of_descriptor(callable);
	return 0;
}

/* Ends calls of C functions from that frame, which goes on. */
COLD static void end_calls_from(struct acc_thread *s, __u64 frame)
{
	struct acc_moment now;

	acc_now(s, &now);
	while (top_of(s) == call_from(frame))
		end_top(s, &now, 0);
}

/* Before a call from a frame that is not simply the innermost. */
COLD static void settle_calling(struct acc_thread *s, __u32 at, __u64 frame)
{
	if (top_of(s) == call_from(frame))
		end_calls_from(s, frame);
	if (top_of(s) != frame && !s->overflow)
		settle(s, at, frame);
	s->marked = 0;
}

APART static __u32 look_closely_at(struct acc_thread *s, __u32 at, __u64 cheap, __u64 callable)
{
	struct acc_call c = {
		.ident = ident_of(cheap), .cheap = cheap, .names = {callable}, .kind = ACC_KIND_C};

	return acc_edge_for(s, at, &c);
}

ALWAYS void enter_cfunc(__u64 tstate, __u64 frame, __u64 definition, __u64 callable)
{
	__u64 cheap = definition | DEFINED;
	struct acc_thread *s;
	__u32 at, edge;

	s = thread_current(tstate, &at);
	if (RARE(!s) || RARE(is_shim(frame)))
		return;
	if (RARE(top_of(s) != frame || s->special))
		settle_calling(s, at, frame);
	edge = acc_edge_guess(s, cheap);
	if (RARE(!edge))
		edge = look_closely_at(s, at, cheap, callable);
	acc_open(s, edge, ACC_KIND_C, call_from(frame), 0);
}

/* Before the end of a call that is not simply the innermost. 0: it was not seen to begin. */
COLD static int settle_called(struct acc_thread *s, __u32 at, __u64 call)
{
	struct acc_moment now;
	__u32 above = acc_search(s, call);

	if (s->overflow && above) {
		s->overflow--;
		return 0;
	}
	s->overflow = 0;
	acc_now(s, &now);
	if (above == ACC_UNWIND_MAX)
		switch_back(s, at, call, &now);
	else
		while (above--)
			end_gone(s, &now);
	s->marked = 0;
	return top_of(s) == call;
}

/* Returns the moment, in ticks. */
ALWAYS __u64 leave_cfunc(__u64 tstate, __u64 call)
{
	struct acc_moment now;
	struct acc_thread *s;
	__u32 at;

	s = thread_current(tstate, &at);
	if (RARE(!s))
		return 0;
	acc_now(s, &now);
	if (RARE(top_of(s) != call || s->special) && !settle_called(s, at, call))
		return 0;
	acc_pop(s, acc_row(s->row), &now);
	return now.at;
}

ALWAYS int is_counting(__u64 frame)
{
	return *(volatile __u64 *)&state.deadline && is_on(frame);
}

__u64 cfunc_call(__u64 self, const __u64 *args)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate), definition = definition_of(args);

	(void)self;
	if (RARE(!is_counting(frame)))
		disarm(tstate);
	else if (definition)
		enter_cfunc(tstate, frame, definition, args[ARG_CALLABLE]);
	return config.symbol[STUB_NONE];
}

__u64 cfunc_return(__u64 self, const __u64 *args)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate);

	(void)self;
	if (RARE(!is_counting(frame))) {
		disarm(tstate);
	} else if (definition_of(args) && RARE(leave_cfunc(tstate, call_from(frame)) >=
					       *(volatile __u64 *)&state.deadline)) {
		flip();
		disarm(tstate);
	}
	return config.symbol[STUB_NONE];
}

/* Not the place to call the interpreter's functions from. */
__u64 cfunc_raise(__u64 self, const __u64 *args)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate);

	(void)self;
	if (is_counting(frame) && definition_of(args))
		leave_cfunc(tstate, call_from(frame));
	return config.symbol[STUB_NONE];
}

#endif
