/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By the PEP 523 slot: an evaluator that calls the one that was there before, between two marker
 * sites or two looks at the clock. Position-independent, freestanding, without data of its own, and
 * it calls nothing but the evaluator: no libc, no allocation, no lock.
 *
 * CPython calls it with the GIL held. Interpreters of 3.12 and later may each have a GIL of their
 * own, so what they share is read and written as if by several threads.
 */
#include "count.h"

#include "awaited.h"
#include "cstack.h"
#include "wrapped.h"

/* The evaluator that a variant stands before. */
ALWAYS void *evaluate(__u32 variant, __u64 tstate, __u64 frame, int throwflag)
{
	__u64 function = config.evaluator[variant];

	if (config.no_tstate)
		return ((void *(*)(__u64, int))function)(frame, throwflag);
	return ((void *(*)(__u64, __u64, int))function)(tstate, frame, throwflag);
}

HIDDEN void *stub_eval(__u64 tstate, __u64 frame, int throwflag, __u32 variant);

ALWAYS __u64 *slot_of(__u64 tstate)
{
	return (__u64 *)(AT(tstate, config.tstate_interp) + config.interp_slot);
}

ALWAYS __u64 mine(__u32 variant)
{
	return (__u64)&stub_head + stub_head.eval[variant];
}

/* Another tool has kept what it found in the slot, and calls it: the variant that stands there now
 * has counted the call. */
COLD static int is_beneath(__u64 tstate, __u32 variant)
{
	__u64 value = *(volatile __u64 *)slot_of(tstate);

	for (__u32 i = 0; i < STUB_VARIANTS; i++) {
		if (i != variant && value == mine(i))
			return 1;
	}
	return 0;
}

/* The deadline has passed: bpfprof is gone, or this is a forked child. Takes the stub out of the
 * slot of the interpreter that is running, if it is still there. */
COLD static void take_out(__u64 tstate, __u32 variant)
{
	__u64 ours = mine(variant);

	if (__atomic_compare_exchange_n(slot_of(tstate), &ours, config.before[variant], 0,
					__ATOMIC_RELAXED, __ATOMIC_RELAXED))
		__atomic_fetch_add(&state.expired, 1, __ATOMIC_RELAXED);
}

/* Runs this activation as if nobody watched: the calls beneath it take no C stack, and are not
 * seen. */
COLD static void *eval_unwatched(__u64 tstate, __u64 frame, int throwflag, __u32 variant)
{
	__u64 *slot = slot_of(tstate);
	void *result;

	if (config.inlined)
		acc_lose(ACC_LOSS_LOW_STACK, 1);
	else
		stub_low();
	__atomic_fetch_add(&state.flipped, 1, __ATOMIC_RELAXED);
	*(volatile __u64 *)slot = config.before[variant];
	result = evaluate(variant, tstate, frame, throwflag);
	/* 0 already in a forked child. Not alive: the slot has been put back for good. */
	if (state.flipped && !__atomic_sub_fetch(&state.flipped, 1, __ATOMIC_RELAXED) && alive())
		*(volatile __u64 *)slot = mine(variant);
	return result;
}

/*
 * The frame that the interpreter takes for the caller. 3.12 and later clear a returning frame's
 * locals after its return but before their evaluator returns: what a __del__ calls then is called
 * by the caller's frame, while the markers have not seen the return yet. Then, and at the outermost
 * evaluator, a frame of the interpreter's own stands between (3: owned by the C stack). 0: not
 * known.
 */
ALWAYS __u64 caller_of(__u64 tstate)
{
	__u64 frame = 0;

	if (config.tstate_current)
		frame = AT(tstate, config.tstate_current);
	else if (config.tstate_cframe && !config.cframe_current)
		frame = AT(AT(tstate, config.tstate_cframe), 0);
	else
		return 0;
	if (frame && is_interpreters(frame))
		frame = AT(frame, config.frame_prev);
	return frame && !is_interpreters(frame) ? frame : ACC_NO_CALLER;
}

/* The same where a frame may have ended unseen, one that was evaluated before the slot was set: up
 * to 3.10 a frame is linked to its caller before it is evaluated; 3.11's is the one that runs. */
ALWAYS __u64 late_caller_of(__u64 tstate, __u64 frame)
{
	__u64 caller;

	if (config.frame_owner && !config.cframe_current)
		return caller_of(tstate);
	caller = config.frame_owner ? AT(AT(tstate, config.tstate_cframe), config.cframe_current)
				    : AT(frame, config.frame_prev);
	return caller ? caller : ACC_NO_CALLER;
}

/* The call itself, between the markers. */
ALWAYS void *eval_marked(__u64 tstate, __u64 frame, int throwflag, __u32 variant,
			 struct stub_known *t)
{
	if (RARE(out_of_stack(tstate, t)))
		return eval_unwatched(tstate, frame, throwflag, variant);
	return evaluate(variant, tstate, frame, throwflag);
}

/* Whether an evaluator that has failed has not begun with the frame: the recursion is too deep. Up
 * to 3.10, as far as one is known to begin. */
ALWAYS int is_unbegun(__u64 frame)
{
	if (config.frame_state)
		return *(const __s8 *)(frame + config.frame_state) < 0;
	return config.frame_stack && AT(frame, config.frame_stack);
}

#define YIELD_FROM   72 /* in 3.8 to 3.10 */
#define BYTES_DATA   32 /* what a bytes holds */
#define HAS_RETURNED 1	/* 3.10's f_state */

ALWAYS int has_begun(__u64 frame)
{
	return (__s32)AT32(frame, config.frame_lasti) >= 0;
}

/* A coroutine that has begun goes on: what it stands before tells whether it awaited. */
static enum acc_start resumed(__u64 frame, __u64 code)
{
	__u64 code_bytes = AT(code, config.code_code) + BYTES_DATA;
	__u64 at = (__u64)AT32(frame, config.frame_lasti) << config.lasti_shift;

	return *(const __u8 *)(code_bytes + at + INSTR_BYTES) == YIELD_FROM ? ACC_AWAITED
									    : ACC_GOES_ON;
}

/* How a coroutine's activation begins. One that is thrown into before it has begun never does. */
COLD static enum acc_start start_of(__u64 frame, __u64 code, int throwflag)
{
	if (has_begun(frame))
		return throwflag ? ACC_GOES_ON : resumed(frame, code);
	return throwflag ? ACC_NO_START : ACC_BEGINS;
}

static int is_suspended(__u64 frame)
{
	if (config.frame_state)
		return *(const __u8 *)(frame + config.frame_state) != HAS_RETURNED;
	return AT(frame, config.frame_stack) != 0;
}

/* What the iterator that a suspended frame awaits, on top of its stack, has yielded. */
static enum acc_wait waits_in(struct acc_thread *s, __u64 frame, __u64 yielded)
{
	struct awaited a = {0};
	__u64 end;

	if (!config.awaits.frame_values || resumed(frame, code_of(frame)) != ACC_AWAITED)
		return ACC_IN_OTHER;
	end = config.frame_stack ? AT(frame, config.frame_stack)
				 : AT(frame, config.awaits.frame_values) +
					   8ull * AT32(frame, config.awaits.frame_depth);
	await(&a, code_of(frame), AT(frame, config.awaits.frame_locals), AT(end, -8), yielded);
	if (a.n || a.untold)
		tell_awaited(s, frame, &a);
	return a.in;
}

/* s: its thread, where that is known here; it is the innermost frame. */
static enum acc_end end_of(struct acc_thread *s, __u64 frame, const void *result)
{
	if (!result)
		return ACC_RAISES;
	return is_suspended(frame) ? ACC_SUSPENDS + waits_in(s, frame, (__u64)result) : ACC_RETURNS;
}

/* Between two markers, which BPF programs account for. */
APART static void *eval_probed(__u64 tstate, __u64 frame, int throwflag, __u32 variant, __u64 code)
{
	const int timed = times(code);
	void *result;

	tell_enter(frame, ident_of(cheap_of(frame, code)), code, late_caller_of(tstate, frame),
		   timed ? start_of(frame, code, throwflag) : ACC_NO_START);
	result = eval_marked(tstate, frame, throwflag, variant, 0);
	if (RARE(!result) && is_unbegun(frame))
		stub_follow(frame, STUB_FOLLOW_NEVER, 0, 0);
	else
		tell_leave(frame, timed ? end_of(0, frame, result) : ACC_RETURNS);
	return result;
}

COLD static void settle(struct acc_thread *s, __u64 caller)
{
	struct acc_moment now;

	acc_now(s, &now);
	acc_settle(s, caller, &now);
}

COLD static void settle_late(struct acc_thread *s, __u64 tstate, __u64 frame)
{
	__u64 caller = late_caller_of(tstate, frame);
	struct acc_moment now;

	if (top_of(s) == caller)
		return;
	acc_now(s, &now);
	acc_settle_late(s, caller, &now);
}

/* What was open at the attach and lies above that frame, which goes on, has ended unseen. */
COLD static void settle_calling(struct acc_thread *s, __u32 at, __u64 frame)
{
	struct acc_moment now;

	(void)at;
	end_calls_from(s, frame);
	if (top_of(s) == frame)
		return;
	acc_now(s, &now);
	acc_settle_late(s, frame, &now);
}

COLD static int settle_called(struct acc_thread *s, __u32 at, __u64 call)
{
	__u32 above = acc_search(s, call);
	struct acc_moment now;

	(void)at;
	if (above >= ACC_UNWIND_MAX)
		return 0;
	acc_lose_above(s, above);
	acc_now(s, &now);
	acc_close(s, acc_row(s->row), above, &now);
	return 1;
}

/* Counts the call on its thread. */
ALWAYS void enter_on(struct acc_thread *s, __u32 at, __u64 tstate, __u64 frame, __u64 code,
		     int timed)
{
	__u64 begin = timed ? ticks() : 0, cheap;
	struct acc_frame *f = s->top ? acc_frame(s->top) : 0;
	__u64 caller = f ? caller_of(tstate) : 0;
	__u32 edge;

	if (RARE(f && f->late & ACC_LATE))
		settle_late(s, tstate, frame);
	if (RARE(caller && top_of(s) != caller))
		settle(s, caller);
	cheap = cheap_of(frame, code);
	edge = acc_edge_guess(s, cheap);
	if (RARE(!edge)) {
		edge = look_closely(s, at, cheap, code);
		begin = acc_was_called(edge) ? begin : 0;
	}
	acc_open(s, edge, ACC_KIND_PYTHON, frame, begin);
}

/* The frame is the innermost, once what was begun in it has ended. */
COLD static void end_coroutine(struct acc_thread *s, __u64 frame, const void *result, __u64 now)
{
	if (top_of(s) == frame && acc_frame(s->top)->coroutine)
		acc_coroutine_leave(s, now, end_of(s, frame, result));
}

/* The return of a frame that is not the innermost, or may be a coroutine's. */
COLD static void leave_other(struct acc_thread *s, __u64 frame, struct acc_moment now,
			     const void *result)
{
	end_calls_from(s, frame);
	if (!config.plain)
		end_coroutine(s, frame, result, now.at);
	acc_leave(s, acc_row(s->row), frame, &now);
}

COLD static void enter_timed(struct acc_thread *s, __u32 at, __u64 tstate, __u64 frame, __u64 code)
{
	enter_on(s, at, tstate, frame, code, 1);
}

/* Counts the call. Returns its thread, or 0 where there is none. */
ALWAYS struct acc_thread *enter(__u64 tstate, __u64 frame, __u64 code, int throwflag)
{
	__u32 at;
	struct acc_thread *s = thread_current(tstate, &at);

	if (RARE(!s))
		return 0;
	if (RARE(config.builtins))
		wrap(tstate, frame);
	if (RARE(acc_is_timed(s)))
		enter_timed(s, at, tstate, frame, code);
	else
		enter_on(s, at, tstate, frame, code, 0);
	if (times(code) && top_of(s) == frame)
		acc_coroutine_enter(s, start_of(frame, code, throwflag));
	return s;
}

/*
 * Not in a forked child, whose state reads as zero, for the tables are its parent's; and not after
 * the end, when the tables are gone. It is here that bpfprof's death is seen, which saves a look at
 * the clock at each entry.
 */
ALWAYS void leave(struct acc_thread *s, __u64 tstate, __u64 frame, __u32 variant,
		  const void *result)
{
	__u64 deadline = *(volatile __u64 *)&state.deadline;
	struct acc_moment now;

	if (RARE(!deadline))
		return;
	acc_now(s, &now);
	if (RARE(!config.plain || !s->top || s->overflow || acc_frame(s->top)->pyframe != frame))
		leave_other(s, frame, now, result);
	else
		acc_pop(s, acc_row(s->row), &now);
	if (RARE(acc_is_timed(s)))
		leave_timed(now.at);
	if (RARE(now.at >= deadline))
		take_out(tstate, variant);
}

/* Whether the call has not begun, and is none. */
COLD static int is_taken_back(struct acc_thread *s, __u64 frame)
{
	return is_unbegun(frame) && *(volatile __u64 *)&state.deadline && acc_take_back(s, frame);
}

APART static void *eval_counted(__u64 tstate, __u64 frame, int throwflag, __u32 variant, __u64 code)
{
	struct acc_thread *s = enter(tstate, frame, code, throwflag);
	void *result;

	result = eval_marked(tstate, frame, throwflag, variant, s ? known_of(tstate) : 0);
	if (s && !(RARE(!result) && is_taken_back(s, frame)))
		leave(s, tstate, frame, variant, result);
	return result;
}

/* Where a code object is not laid out as believed, the stub leaves the slot. */
COLD static int check(__u64 tstate, __u64 frame, __u32 variant)
{
	if (check_layout(frame))
		return 1;
	take_out(tstate, variant);
	return 0;
}

void *stub_eval(__u64 tstate, __u64 frame, int throwflag, __u32 variant)
{
	__u64 code;

	if (RARE(config.no_tstate)) {
		throwflag = frame;
		frame = tstate;
		tstate = *(const __u64 *)config.tstate_arg;
	}
	if (RARE(config.layered) && is_beneath(tstate, variant))
		return evaluate(variant, tstate, frame, throwflag);
	if (RARE(config.inlined ? !*(volatile __u64 *)&state.deadline : !alive())) {
		take_out(tstate, variant);
		return evaluate(variant, tstate, frame, throwflag);
	}
	if (RARE(state.checked != STUB_AS_BELIEVED) && !check(tstate, frame, variant))
		return evaluate(variant, tstate, frame, throwflag);
	code = code_of(frame);
	if (is_creation(frame, code))
		return evaluate(variant, tstate, frame, throwflag);
	if (config.inlined)
		return eval_counted(tstate, frame, throwflag, variant, code);
	return eval_probed(tstate, frame, throwflag, variant, code);
}
