/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Coroutines from start to end by the interpreter's probes, which say no more than that a frame is
 * entered and left: what it does there is read off the frame, as the stub reads it
 * (user/stub/slot.c and coroutine.h).
 */
#ifndef BPFPROF_LIVES_BPF_H
#define BPFPROF_LIVES_BPF_H

#include "frames.bpf.h"

const volatile struct acc_stands stands = {};

#define CO_AWAITS (CO_COROUTINE | 0x0100 | CO_ASYNC_GENERATOR) /* and types.coroutine */

#define BYTES_DATA    32 /* what a bytes holds */
#define INSTR_BYTES   2
#define YIELD_FROM    72 /* in 3.8 to 3.10 */
#define RETURN_VALUE  83
#define RESUME_REASON 3 /* of RESUME's operand */
#define RESUME_YIELDS 1

#define STAND_NEVER ACC_NO_END /* an activation's end: it never began */

static __always_inline __s32 lasti_of(__u64 frame)
{
	__s32 last = -1;

	bpf_probe_read_user(&last, sizeof(last), (void *)(frame + stands.lasti));
	return last;
}

/* The instruction that a frame of up to 3.10 is at, or one behind it. */
static __noinline __u32 op_behind(__u64 code, __s32 last, __u32 bytes)
{
	__u64 at = 0;
	__u8 op = 0;

	bpf_probe_read_user(&at, sizeof(at), (void *)(code + stands.code_code));
	at += BYTES_DATA + ((__u64)(__u32)last << stands.lasti_shift) + bytes;
	bpf_probe_read_user(&op, 1, (void *)at);
	return op;
}

/* The instruction that a frame of 3.15 is at, its operand the second byte; bytes before it. */
static __noinline __u32 op_at(__u64 frame, __u32 before)
{
	__u64 at = 0;
	__u16 op = 0;

	bpf_probe_read_user(&at, sizeof(at), (void *)(frame + stands.instr));
	bpf_probe_read_user(&op, sizeof(op), (void *)(at - before));
	return op;
}

/* How the activation of the frame begins. */
static __noinline int stand_start(__u64 frame)
{
	__s32 last;
	__u32 reason;

	if (stands.instr) {
		reason = op_at(frame, 0) >> 8 & RESUME_REASON;
		if (!reason)
			return ACC_BEGINS;
		return reason == RESUME_YIELDS ? ACC_GOES_ON : ACC_AWAITED;
	}
	last = lasti_of(frame);
	if (last < 0)
		return ACC_BEGINS;
	return op_behind(frame_code(frame), last, INSTR_BYTES) == YIELD_FROM ? ACC_AWAITED
									     : ACC_GOES_ON;
}

/* Whether a frame of up to 3.10 that ends is suspended. */
static __always_inline int is_suspended(__u64 frame)
{
	__u64 stack = 0;
	__s8 state = 0;

	if (stands.state) {
		bpf_probe_read_user(&state, 1, (void *)(frame + stands.state));
		return state < 0;
	}
	bpf_probe_read_user(&stack, sizeof(stack), (void *)(frame + stands.stack));
	return stack != 0;
}

/* Whether an exception passes in the running thread. */
static __noinline int is_raising(void)
{
	__u64 at = stands.tstate + (stands.by_thread ? tcb_current() : 0), tstate = 0, raised = 0;

	bpf_probe_read_user(&tstate, sizeof(tstate), (void *)at);
	bpf_probe_read_user(&raised, sizeof(raised), (void *)(tstate + stands.exception));
	return raised != 0;
}

/* How it ends. */
static __noinline int stand_end(__u64 frame)
{
	__s32 last;
	__u8 op;

	if (stands.instr) {
		if (is_raising())
			return ACC_RAISES;
		op = op_at(frame, 0);
		for (int i = 0; i < ACC_STANDS_OPS; i++) {
			if (op == stands.resumes[i])
				return ACC_SUSPENDS;
		}
		return ACC_RETURNS;
	}
	last = lasti_of(frame);
	if (last < 0)
		return STAND_NEVER;
	if (op_behind(frame_code(frame), last, 0) == RETURN_VALUE)
		return ACC_RETURNS;
	return is_suspended(frame) ? ACC_SUSPENDS : ACC_RAISES;
}

/* The innermost frame, just entered, may be a coroutine's. Global, as what the verifier checks
 * once. */
__noinline int life_begin(struct acc_thread *s, __u64 frame, int thrown)
{
	__u32 flags = 0;

	if (!s || !frame || !is_innermost(s, frame))
		return 0;
	bpf_probe_read_user(&flags, sizeof(flags), (void *)(frame_code(frame) + layout.code_flags));
	if (!(flags & CO_AWAITS))
		return 0;
	if (!thrown)
		return acc_coroutine_enter(s, stand_start(frame));
	/* not begun, unless it is known to have: what is before it may be no instruction */
	return acc_coroutine_enter(s, (op_at(frame, INSTR_BYTES) & 255) == stands.creates
					      ? ACC_IF_BEGUN
					      : ACC_GOES_ON);
}

/* The innermost frame, about to be closed, may be one. */
__noinline int life_end(struct acc_thread *s, __u64 frame, __u64 now)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	int end;

	if (!f || f->pyframe != frame || !f->coroutine)
		return 0;
	end = stand_end(frame);
	return end == STAND_NEVER ? acc_coroutine_never(s) : acc_coroutine_leave(s, now, end);
}

#endif
