/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What both ways into the stub count with. */
#ifndef BPFPROF_STUB_COUNT_H
#define BPFPROF_STUB_COUNT_H

#include "prelude.h"
#include "in_stub.h"
#include "identity.h"

/* The markers: BPF programs read these arguments from the registers. */
HIDDEN void stub_enter1(__u64 frame, __u64 ident, __u64 code, __u64 caller, enum acc_start start);
HIDDEN void stub_enter5(__u64 frame, __u64 ident, __u64 code, __u64 caller, enum acc_start start);
HIDDEN void stub_leave1(__u64 frame, enum acc_end end);
HIDDEN void stub_leave5(__u64 frame, enum acc_end end);
HIDDEN void stub_low(void);
HIDDEN void stub_follow(__u64 frame, __u64 what, __u64 ident, __u64 code);

/* caller: the frame that the interpreter takes for the caller; 0: the one that was entered last. */
ALWAYS void tell_enter(__u64 frame, __u64 ident, __u64 code, __u64 caller, enum acc_start start)
{
	if (config.nop5)
		stub_enter5(frame, ident, code, caller, start);
	else
		stub_enter1(frame, ident, code, caller, start);
}

/* end: of a coroutine's. */
ALWAYS void tell_leave(__u64 frame, enum acc_end end)
{
	if (config.nop5)
		stub_leave5(frame, end);
	else
		stub_leave1(frame, end);
}

/* The running thread's state, by its place in the memory that the dynamic linker gave each thread.
 */
ALWAYS __u64 tstate_by_tls(void)
{
	return *(volatile __u64 *)(AT(cpu__tls_entry(config.tls_module), 0) + config.tls_offset);
}

/* The running thread's state, by whichever way this interpreter has. */
ALWAYS __u64 tstate_now(void)
{
	if (config.tstate_kind == STUB_TSTATE_THREADS)
		return cpu__thread_word(config.tstate_arg);
	if (config.tstate_kind == STUB_TSTATE_GLOBAL)
		return *(volatile __u64 *)config.tstate_arg;
	return RARE(!state.tls) ? stub_call(config.tstate_arg, 0, 0) : tstate_by_tls();
}

/* What stands for the frame of a C function that was called from that one. */
ALWAYS __u64 call_from(__u64 frame)
{
	return frame | 1;
}

/* The interpreter's frame of the innermost open call; 0: none is open. */
ALWAYS __u64 top_of(const struct acc_thread *s)
{
	return s->top ? acc_frame(s->top)->pyframe : 0;
}

/* Counts how long the return took that has begun at the tick since. */
COLD static void leave_timed(__u64 since)
{
	acc_time_return(ticks() - since);
}

/* What a code object is known by: see ACC_KEY_OF_ALL. */
static __u64 ident_for(__u64 cheap, __u64 code)
{
	__u64 ident = ident_of(cheap);

	if (!RARE(acc_is_crowded(acc_ctl())) || acc_code_is_known(ident) || is_long(code))
		return ident;
	return ACC_KEY_OF_ALL(content_of(code));
}

/* The edge of a call that is not the one expected. */
APART static __u32 look_closely(struct acc_thread *s, __u32 at, __u64 cheap, __u64 code)
{
	struct acc_call c = {.ident = ident_for(cheap, code), .cheap = cheap, .code = code};

	return acc_edge_for(s, at, &c);
}

static int is_str(__u64 object)
{
	return readable(object) && AT(object, config.object_type) == config.unicode_type;
}

/* Before the first code object is looked into: is it laid out as believed? What cannot be read is
 * not touched. The refusal shows as a loss. */
COLD static int check_layout(__u64 frame)
{
	__u64 code = code_of(frame);

	if (readable(code) && readable(code + PAGE / 8) && is_str(AT(code, config.code_filename)) &&
	    is_str(AT(code, config.code_name))) {
		state.checked = STUB_AS_BELIEVED;
		return 1;
	}
	state.checked = STUB_OTHERWISE;
	if (config.inlined)
		acc_lose(ACC_LOSS_LAYOUT, 1);
	else
		tell_enter(frame, 1, code, 0, ACC_NO_START); /* its BPF program sees the same */
	return 0;
}

#endif
