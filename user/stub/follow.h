/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By the dispatch table each event names the frame that runs, and the interpreter's own frames say
 * what became of the others. Here the stack of open frames is brought to agree with them: frames
 * that an exception left without a word are closed where it passed them, those that were open
 * before they were seen are opened late, and stacks that were switched away from (greenlets) are
 * parked.
 *
 * Where BPF programs account, the stack of open frames stands in memory of the process's own and
 * holds nothing but frames; each change of it is told at a marker site. Part of the stub.
 */
#ifndef BPFPROF_STUB_FOLLOW_H
#define BPFPROF_STUB_FOLLOW_H

#include "cfuncs.h"

#define CHAIN_MAX 1024u /* callers that are looked at */

/* In a thread that runs Python. Calling the function costs as much as all else, but only glibc has
 * its threads' memory listed where it is looked for. */
COLD static void try_tls(void)
{
	__u64 entry = cpu__tls_entry(config.tls_module);

	if (config.tls_module && readable(entry) && readable(AT(entry, 0) + config.tls_offset))
		state.tls = tstate_by_tls() == stub_call(config.tstate_arg, 0, 0);
}

/* The frame that the thread runs; 0: none. */
ALWAYS __u64 frame_now(__u64 tstate)
{
	__u64 in = config.tstate_cframe ? AT(tstate, config.tstate_cframe) : tstate;

	return *(volatile const __u64 *)(in + config.current);
}

/* Who called a frame; 0: no Python. */
ALWAYS __u64 caller_of_frame(__u64 frame)
{
	__u64 caller = AT(frame, config.frame_prev);

	while (caller && RARE(is_interpreters(caller)))
		caller = AT(caller, config.frame_prev);
	return caller;
}

/*
 * 3.11 has no instructions of their own for what watches: a profile or trace function is called
 * before the RESUME of a frame's beginning and after the RETURN_VALUE or YIELD_VALUE of its end, so
 * before the one and after the other event of it.
 */
static int in_callback(void)
{
	return !config.code_instrumented && AT32(tstate_now(), config.tstate_tracing);
}

/* The instruction that a frame is at. */
static __u8 instruction_of(__u64 frame)
{
	return *(const __u8 *)AT(frame, config.frame_instr);
}

/* 3.13 and later put a frame of nobody's beneath a specialised __init__: one code object, which
 * bears a single string as file and as name and begins at no line. */
static int is_shim(__u64 frame)
{
	__u64 code = code_of(frame);

	if (!config.has_shims)
		return 0;
	if (code == state.shim)
		return 1;
	if (AT32(code, config.code_firstlineno) ||
	    AT(code, config.code_filename) != AT(code, config.code_name))
		return 0;
	state.shim = code;
	return 1;
}

/* Whether the frame stands where generators are suspended. */
static int is_at_yield(__u64 frame)
{
	__u8 op = instruction_of(frame);

	for (__u32 i = 0; i < sizeof(config.yields); i++) {
		if (op == config.yields[i])
			return 1;
	}
	return 0;
}

/*
 * While throw() or close() runs what a generator delegates to (yield from, await), the generator is
 * linked as a caller, but does not run: it stands at its yield, and nothing of the interpreter's is
 * between it and who threw. One that an exception leaves there is the same to look at while it lets
 * go of what it delegated to, but it is open.
 */
static int is_linked(struct acc_thread *s, __u64 frame)
{
	__u64 caller = AT(frame, config.frame_prev);

	if (!is_generators(frame) || !caller || is_interpreters(caller) || in_callback())
		return 0;
	return is_at_yield(frame) && acc_search(s, frame) == ACC_UNWIND_MAX;
}

/*
 * A frame of 3.11's that is watched lets signal handlers run at its RESUME, before that instruction
 * comes through here: what begins there is to come, and they are called by who called it.
 */
static int is_to_come(struct acc_thread *s, __u64 frame)
{
	__u8 op = instruction_of(frame);

	if (config.code_instrumented || (op != config.begins[0] && op != config.begins[1]))
		return 0;
	return !in_callback() && acc_search(s, frame) == ACC_UNWIND_MAX;
}

#include "coroutine.h"

/* The frame, or the first of its callers, that is somebody's and runs. */
static __u64 running(struct acc_thread *s, __u64 frame)
{
	while (frame && (is_shim(frame) || is_linked(s, frame) || is_to_come(s, frame)))
		frame = caller_of_frame(frame);
	return frame;
}

/* The first of its callers that is somebody's and runs. */
static __u64 running_caller(struct acc_thread *s, __u64 frame)
{
	return running(s, caller_of_frame(frame));
}

/* Closes the innermost frame at that moment. */
COLD static void end_top(struct acc_thread *s, const struct acc_moment *at, int passed)
{
	struct acc_frame *f = acc_frame(s->top);
	__u64 frame = f->pyframe;
	enum acc_end how = end_of(f->late);

	if (f->late & ACC_LEAVING)
		s->leaving--;
	if (f->kind == ACC_KIND_BLOCK)
		acc_lose(ACC_LOSS_BLOCK_UNENDED, 1);
	if (f->coroutine)
		acc_coroutine_leave(s, at->at, how);
	acc_pop(s, acc_row(s->row), at);
	if (config.inlined)
		return;
	if (passed)
		stub_follow(frame, STUB_FOLLOW_PASSED, how, 0);
	else
		tell_leave(frame, how);
}

/* The innermost frame is gone: since its mark, if an exception passed it, or since some moment
 * before now. */
COLD static void end_gone(struct acc_thread *s, const struct acc_moment *now)
{
	struct acc_moment mark = {s->mark, s->mark_away};
	int passed = s->marked;
	__u64 since = acc_is_timed(s) ? ticks() : 0;

	s->marked = 0;
	end_top(s, passed ? &mark : now, passed);
	if (since && config.inlined)
		leave_timed(since);
}

/* Whether the frame is at the instruction that ends it. */
static int has_left(__u64 frame)
{
	__u8 op = instruction_of(frame);

	return op == config.returns || op == config.yields[0];
}

/* Opens a frame that was not seen to begin. thrown: a generator that throw() or close() runs, which
 * is a call. */
COLD static void open_late(struct acc_thread *s, __u32 at, __u64 frame, int thrown)
{
	__u64 code = code_of(frame), cheap = cheap_of(frame, code);
	__u32 edge = config.inlined ? look_closely(s, at, cheap, code) : 0;
	struct acc_frame *f =
		thrown ? acc_push(s, edge, ACC_KIND_PYTHON, frame) : acc_push_late(s, edge, frame);

	if (!f)
		return;
	acc_start(s, f);
	if (in_callback() && has_left(frame)) {
		f->late |= ACC_LEAVING;
		s->leaving++;
	}
	if (!config.inlined && thrown)
		tell_enter(frame, ident_of(cheap), code, 0,
			   times(code) ? start_thrown(frame) : ACC_NO_START);
	else if (!config.inlined)
		stub_follow(frame, STUB_FOLLOW_LATE, ident_of(cheap), code);
	if (thrown && times(code))
		throw_into(s, frame);
}

/* Opens the callers of a frame that are not open, and then it itself: n frames in all. */
COLD static void open_missing(struct acc_thread *s, __u32 at, __u64 frame, __u32 n, int thrown)
{
	while (n--) {
		__u64 f = frame;

		for (__u32 i = 0; i < n; i++)
			f = running_caller(s, f);
		open_late(s, at, f, thrown && !n && is_generators(f));
	}
}

/* No frame of the running stack is a caller of what runs: it is another stack. */
COLD static void switch_away(struct acc_thread *s, __u32 at, const struct acc_moment *now)
{
	__u64 top;

	if (s->top && s->marked)
		end_gone(s, now);
	top = top_of(s);
	if (!top)
		return;
	if (config.traceback_frame && acc_park(s, at, now)) {
		if (!config.inlined)
			stub_follow(top, STUB_FOLLOW_PARK, 0, 0);
		return;
	}
	acc_lose(ACC_LOSS_SWITCHED, 1);
	while (s->top)
		end_gone(s, now);
}

/* Back to the parked stack whose innermost frame that is. 0: there is none. */
COLD static int switch_back(struct acc_thread *s, __u32 at, __u64 frame,
			    const struct acc_moment *now)
{
	__u32 chunk = acc_parked_find(s, frame);

	if (!chunk)
		chunk = acc_parked_find(s, call_from(frame)); /* in a C function that switched */
	if (!chunk)
		return 0;
	switch_away(s, at, now);
	acc_unpark(s, chunk, now);
	if (!config.inlined)
		stub_follow(frame, STUB_FOLLOW_UNPARK, 0, 0);
	return 1;
}

/* Makes the stack end with a frame that runs, or (0) with none. Blocks that were begun in that
 * frame stay open. */
COLD static void settle(struct acc_thread *s, __u32 at, __u64 frame)
{
	__u64 known = frame;
	struct acc_moment now;
	__u32 missing = 0, above = ACC_UNWIND_MAX;

	acc_now(s, &now);
	for (; known && missing < CHAIN_MAX; known = running_caller(s, known), missing++) {
		above = acc_search_caller(s, known);
		if (above < ACC_UNWIND_MAX) {
			while (above--)
				end_gone(s, &now);
			s->marked = 0; /* it goes on */
			break;
		}
		if (switch_back(s, at, known, &now))
			break;
	}
	if (!known || missing == CHAIN_MAX) {
		switch_away(s, at, &now);
		known = 0;
	}
	open_missing(s, at, frame, missing, known && !in_callback());
}

/* Before an entry from caller, where that is not simply the innermost frame. */
COLD static void settle_caller(struct acc_thread *s, __u32 at, __u64 caller)
{
	if (caller && top_of(s) == call_from(caller)) {
		s->overflow = 0; /* called by a C function, which that frame called */
		s->marked = 0;
		return;
	}
	if (caller && (top_of(s) != caller || is_shim(caller)))
		caller = running(s, caller); /* a shim may stand where one that is gone stood */
	if (s->overflow && top_of(s) != caller)
		return;
	s->overflow = 0;
	if (top_of(s) == caller)
		s->marked = 0; /* it goes on, so no exception left it */
	else
		settle(s, at, caller);
}

/* Before the end of a frame that is not simply the innermost. 0: there is nothing to be ended. */
COLD static int settle_leaving(struct acc_thread *s, __u32 at, __u64 frame)
{
	struct acc_moment now;

	if (is_shim(frame)) {
		acc_other(s);
		return 0;
	}
	if (top_of(s) != frame) {
		if (s->overflow) {
			s->overflow--;
			return 0;
		}
		settle(s, at, frame);
	}
	s->overflow = 0;
	s->marked = 0;
	end_calls_from(s, frame);
	acc_now(s, &now);
	while (s->top && top_of(s) != frame)
		end_top(s, &now, 0);
	return s->top != 0;
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

#endif
