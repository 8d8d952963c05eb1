/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By the dispatch table: the instructions with which Python frames begin, end and let exceptions
 * pass come through here on the way to their handlers, and so does PyTraceBack_Here. Nothing else
 * in the interpreter is different. Called with no more of its registers saved than a call may
 * change, vectors excepted; it calls nothing of the process but what stub.S (user/arch) says.
 *
 * The thread that runs holds the GIL, or (free-threaded) its own thread state alone: what threads
 * share here is read and written as if by several at a time.
 */
#include <stddef.h>

#include "follow.h"
#include "compiled.h"
#include "waits.h"

_Static_assert(offsetof(struct stub_config, traceback_code) == 8 * STUB_HOOKS, "see stub.S");

HIDDEN void table_enter(void);
HIDDEN void table_enter_instrumented(void);
HIDDEN void table_leave(void);
HIDDEN void table_yields(const __u64 *kept);
HIDDEN void table_leave_instrumented(void);
HIDDEN void table_yield_instrumented(void);
HIDDEN void table_catch(void);
HIDDEN void table_mark(void);
HIDDEN void table_traceback(__u64 frame_object);

/* Nothing comes through here any more but by the trampolines, which lead straight on. */
COLD static void flip(void)
{
	if (state.interp_threads)
		none_looks_up(tstate_now());
	for (__u32 i = 0; i < STUB_HOOKS; i++)
		*(volatile __u64 *)&paths.hook[i] = config.handler[i];
	*(volatile __u64 *)&paths.traceback = (__u64)config.traceback_code;
	__atomic_fetch_add(&state.expired, 1, __ATOMIC_RELAXED);
}

#include "armed.h"
#include "wrapped.h"

/* The first event, or one of a forked child, whose state reads as zero, or of a stub that is off.
 */
COLD static int begin(__u64 frame)
{
	if (state.checked == STUB_UNCHECKED && alive() && check_layout(frame)) {
		try_tls();
		return 1;
	}
	if (config.invalidate)
		has_looked_up(tstate_now());
	flip();
	return 0;
}

ALWAYS int is_on(__u64 frame)
{
	return !RARE(*(volatile __u64 *)&state.checked != STUB_AS_BELIEVED) || begin(frame);
}

/*
 * Whether RESUME will run once more for this entry: where tools that watch have come or gone since
 * the code object was last run, the handler instruments it and dispatches the instruction again.
 */
ALWAYS int comes_again(__u64 tstate, __u64 code, int instrumented)
{
	__u64 now, then;

	if (!config.code_instrumented)
		return 0;
	if (!config.tstate_breaker) {
		now = AT32(AT(tstate, config.tstate_interp), config.interp_monitoring);
		return now != AT32(code, config.code_instrumented);
	}
	now = AT(tstate, config.tstate_breaker) & ~255ull;
	then = AT(code, config.code_instrumented);
	if (!RARE(now != then))
		return 0;
	return !AT32(tstate, config.tstate_tracing) || (config.free_threaded && !instrumented);
}

ALWAYS void enter_on(struct acc_thread *s, __u32 at, __u64 frame, __u64 code, int timed)
{
	__u64 since = timed ? ticks() : 0, cheap = cheap_of(frame, code);
	__u32 edge = acc_edge_guess(s, cheap);

	if (RARE(!edge)) {
		edge = look_closely(s, at, cheap, code);
		since = acc_was_called(edge) ? since : 0;
	}
	acc_open(s, edge, ACC_KIND_PYTHON, frame, since);
}

COLD static void enter_timed(struct acc_thread *s, __u32 at, __u64 frame, __u64 code)
{
	enter_on(s, at, frame, code, 1);
}

APART static void enter_probed(struct acc_thread *s, __u64 frame, __u64 code)
{
	struct acc_frame *f = acc_push(s, 0, ACC_KIND_PYTHON, frame);

	if (!f)
		return;
	acc_start(s, f); /* for who asks how long it is open */
	tell_enter(frame, ident_of(cheap_of(frame, code)), code, 0,
		   times(code) ? start_of(frame) : ACC_NO_START);
}

/* What is more than counted: told at a marker, or a coroutine. */
APART static void enter_more(struct acc_thread *s, __u32 at, __u64 frame, __u64 code)
{
	if (!config.inlined) {
		enter_probed(s, frame, code);
		return;
	}
	enter_on(s, at, frame, code, acc_is_timed(s));
	if (times(code) && top_of(s) == frame)
		acc_coroutine_enter(s, start_of(frame));
}

/* What the JIT has compiled passes the table by, until it is dropped: once in each interpreter. */
COLD static void drop_traces(__u64 tstate)
{
	__u64 interp = AT(tstate, config.tstate_interp), none;

	for (__u32 i = 0; i < STUB_INTERPS; i++) {
		if (state.dropped[i] == interp)
			return;
		none = 0;
		if (state.dropped[i] ||
		    !__atomic_compare_exchange_n(&state.dropped[i], &none, interp, 0,
						 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		stub_call(config.invalidate, interp, 1);
		return;
	}
}

ALWAYS void enter_frame(__u64 tstate, __u64 frame, int instrumented)
{
	__u64 code = code_of(frame), caller;
	struct acc_thread *s;
	__u32 at;

	if (RARE(is_creation(frame, code)) || RARE(comes_again(tstate, code, instrumented)))
		return;
	s = thread_current(tstate, &at);
	if (RARE(!s))
		return;
	caller = caller_of_frame(frame);
	if (RARE(top_of(s) != caller || s->special))
		settle_caller(s, at, caller);
	if (RARE(!config.plain))
		enter_more(s, at, frame, code);
	else if (RARE(acc_is_timed(s)))
		enter_timed(s, at, frame, code);
	else
		enter_on(s, at, frame, code, 0);
}

APART static void enter_apart(__u64 tstate, __u64 frame, int instrumented)
{
	enter_frame(tstate, frame, instrumented);
}

/* What its audit hooks call stands under the frame that begins; the time is nobody's. Who is armed
 * has the code of what runs instrumented: an instruction that was to come again does not. */
COLD static void enter_and_arm(struct stub_armed *a, __u64 tstate, __u64 frame, int instrumented)
{
	struct acc_thread *s;
	__u32 at;

	enter_apart(tstate, frame, instrumented);
	arm_now(a);
	s = thread_current(tstate, &at);
	if (!s || s->overflow)
		return;
	if (top_of(s) != frame)
		enter_apart(tstate, frame, instrumented);
	if (top_of(s) != frame)
		return;
	acc_frame(s->top)->child_ticks = 0;
	acc_start(s, acc_frame(s->top));
}

/* 1: the entry has been counted. */
COLD static int on_enter(__u64 tstate, __u64 frame, int instrumented)
{
	struct stub_armed *a;

	if (config.invalidate) {
		has_looked_up(tstate);
		drop_traces(tstate);
	}
	if (config.builtins && config.tstate_profile)
		wrap(tstate, frame);
	a = config.builtins && !config.tstate_profile ? to_be_armed(tstate) : 0;
	if (a)
		enter_and_arm(a, tstate, frame, instrumented);
	return a != 0;
}

ALWAYS void enter(int instrumented)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate);

	if (!is_on(frame))
		return;
	if (RARE(config.on_enter) && AT(tstate, config.tstate_interp) != cfuncs.settled &&
	    on_enter(tstate, frame, instrumented))
		return;
	enter_frame(tstate, frame, instrumented);
}

void table_enter(void)
{
	enter(0);
}

void table_enter_instrumented(void)
{
	enter(1);
}

/* What watches the return of the frame that is now innermost has come back to it. */
COLD static void mark_again(struct acc_thread *s, const struct acc_moment *now)
{
	if (!s->top || !(acc_frame(s->top)->late & ACC_LEAVING))
		return;
	s->mark = now->at;
	s->mark_away = now->away;
	s->marked = 1;
	if (!config.inlined)
		stub_follow(top_of(s), STUB_FOLLOW_MARK, 0, 0);
}

/* What the innermost frame is suspended in, which is told but for that. */
APART static enum acc_wait waits_in(struct acc_thread *s, __u64 frame, const __u64 *kept)
{
	struct awaited a;

	find_awaited(&a, frame, kept);
	if (a.n || a.untold)
		tell_awaited(s, frame, &a);
	return a.in;
}

/* Likewise. */
APART static void leave_more(struct acc_thread *s, __u64 frame, const struct acc_moment *now,
			     enum acc_end how, const __u64 *kept)
{
	if (how == ACC_SUSPENDS && times(code_of(frame)))
		how += waits_in(s, frame, kept);
	if (acc_frame(s->top)->coroutine)
		acc_coroutine_leave(s, now->at, how);
	acc_pop(s, acc_row(s->row), now);
	if (!config.inlined)
		tell_leave(frame, how);
}

ALWAYS void leave(enum acc_end how, const __u64 *kept)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate);
	struct acc_moment now;
	struct acc_thread *s;
	__u32 at;

	if (!is_on(frame))
		return;
	s = thread_current(tstate, &at);
	if (RARE(!s))
		return;
	acc_now(s, &now);
	if (RARE(top_of(s) != frame || s->special) && !settle_leaving(s, at, frame))
		return;
	if (RARE(!config.plain))
		leave_more(s, frame, &now, how, kept);
	else
		acc_pop(s, acc_row(s->row), &now);
	if (RARE(acc_is_timed(s)))
		leave_timed(now.at);
	if (RARE(s->leaving))
		mark_again(s, &now);
	if (RARE(now.at >= *(volatile __u64 *)&state.deadline))
		flip();
}

void table_leave(void)
{
	leave(ACC_RETURNS, 0);
}

/* kept: by yield_kept of stub.S; else nothing that counts. */
void table_yields(const __u64 *kept)
{
	leave(ACC_SUSPENDS, kept);
}

#include "thrown.h"

void table_catch(void)
{
	__u64 tstate = tstate_now();
	struct acc_thread *s = thread_in(tstate, frame_now(tstate), 1);

	if (!s)
		return;
	s->marked = 0;
	acc_other(s);
}

/* Marks the end of a frame of that thread, if it ends without another word. A call from it has
 * ended: where another tool fails, the stub is not told. */
static void mark(struct acc_thread *s, __u64 frame, __u32 flags)
{
	struct acc_moment now;
	struct acc_frame *f;

	if (!s)
		return;
	acc_now(s, &now);
	while (RARE(top_of(s) == call_from(frame)))
		acc_pop(s, acc_row(s->row), &now);
	if (top_of(s) != frame)
		return;
	s->mark = now.at;
	s->mark_away = now.away;
	s->marked = 1;
	acc_other(s);
	f = acc_frame(s->top);
	if (flags & ~f->late & ACC_LEAVING)
		s->leaving++;
	f->late |= flags;
	if (!config.inlined)
		stub_follow(frame, STUB_FOLLOW_MARK, 0, 0);
}

static struct acc_thread *mark_running(__u32 flags)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate);
	struct acc_thread *s = thread_in(tstate, frame, 0);

	mark(s, frame, flags);
	return s;
}

void table_mark(void)
{
	mark_running(0);
}

void table_leave_instrumented(void)
{
	mark_running(ACC_LEAVING);
}

void table_yield_instrumented(void)
{
	__u64 frame = frame_now(tstate_now());
	struct awaited a = {0};
	struct acc_thread *s;

	if (times(code_of(frame)))
		find_awaited(&a, frame, 0);
	s = mark_running(ACC_LEAVING | ACC_YIELDING | (__u32)a.in << ACC_YIELD_IN);
	if (s && (a.n || a.untold))
		tell_awaited(s, frame, &a);
}

/* It is called for frames that do not run, too, by who makes tracebacks up. */
void table_traceback(__u64 frame_object)
{
	__u64 tstate = tstate_now(), frame = AT(frame_object, config.traceback_frame);

	if (frame != frame_now(tstate))
		return;
	if (config.thrown[0] && RARE(is_thrown_into(frame)))
		end_mistaken(tstate, frame);
	mark(thread_in(tstate, frame, 1), frame, 0);
}

#include "told.h"
