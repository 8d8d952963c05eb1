/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a frame that yields awaits, by the dispatch table: before its yield the iterator and what
 * that has yielded are on top of its stack. Part of the stub. */
#ifndef BPFPROF_STUB_WAITS_H
#define BPFPROF_STUB_WAITS_H

#include "awaited.h"

#define HANDLES_FROM 128 /* in a table of handlers: of the first byte of an entry */
#define GOES_ON	     64
#define BYTES_SIZE   16 /* in a bytes: how many there are; what it holds */
#define BYTES_DATA   32
#define TAG_INT	     3 /* of what is a number, not an object */

/* Of a code object, next to others that the layout names. */
ALWAYS __u32 variables_of(__u64 code)
{
	return AT32(code, config.code_firstlineno + 4);
}

ALWAYS __u32 stack_size_of(__u64 code)
{
	return AT32(code, config.code_firstlineno - 4);
}

ALWAYS __u64 handlers_of(__u64 code)
{
	return AT(code, config.code_flags - 8);
}

/* A number of that table; *at is behind it then. */
static __u32 number_at(const __u8 **at, const __u8 *end)
{
	__u32 n = 0, byte = GOES_ON;

	while (byte & GOES_ON && *at < end) {
		byte = *(*at)++;
		n = n << 6 | (byte & (GOES_ON - 1));
	}
	return n;
}

/* How much a handler of exceptions of the n-th instruction finds on the stack: since 3.12 each
 * await's yield has one, to which it leaves all that is there; 0: there is none. */
static __u32 depth_at(__u64 code, __u64 n)
{
	__u64 table = handlers_of(code);
	const __u8 *at = (const __u8 *)(table + BYTES_DATA), *end = at + AT(table, BYTES_SIZE);

	while (at < end) {
		__u32 from = number_at(&at, end), size = number_at(&at, end), depth;

		number_at(&at, end);
		depth = number_at(&at, end) >> 1;
		if (from > n)
			return 0;
		if (n - from < size)
			return depth;
	}
	return 0;
}

/* Whether an instruction is the yield of an await. */
static int yields_awaited(__u64 at)
{
	__u8 yield = AT8(at), resume_operand = AT8(at + INSTR_BYTES + 1);

	return (yield == config.sent[0] || yield == config.sent[1]) &&
	       (resume_operand & RESUME_REASON) > RESUME_YIELDS;
}

/* The yield that a frame comes to, if it is an await's: the frame is at the SEND before it, or
 * (3.12) at what is cached behind that, where a coroutine has yielded to it. 0: it is another. */
static __u64 awaited_yield(__u64 frame)
{
	__u64 at = AT(frame, config.frame_instr) + config.awaits.sent_by;

	if (yields_awaited(at))
		return at;
	return yields_awaited(at - INSTR_BYTES) ? at - INSTR_BYTES : 0;
}

/* Where its stack ends there. kept: the registers of yield_kept. */
static __u64 stack_end(__u64 stack, __u64 code, __u64 yield, const __u64 *kept)
{
	if (config.stack_register)
		return kept[config.stack_register - 1];
	return stack +
	       8ull * depth_at(code, (yield - code - config.awaits.code_instrs) / INSTR_BYTES);
}

/* What is on the stack, without the tag of 3.14 and later; 0: no object. */
static __u64 object_at(__u64 at)
{
	__u64 value = AT(at, 0), tag = value & 7;

	return tag == TAG_INT || value < PAGE ? 0 : value - tag;
}

/* The frame is about to yield. */
static void find_awaited(struct awaited *a, __u64 frame, const __u64 *kept)
{
	__u64 code = code_of(frame), yield = config.awaits.sent_by ? awaited_yield(frame) : 0;
	__u64 stack = frame + config.awaits.frame_locals + 8ull * variables_of(code), end;

	a->in = ACC_IN_OTHER;
	a->n = a->untold = a->gathered = 0;
	if (!yield)
		return;
	end = stack_end(stack, code, yield, kept);
	if (end < stack + config.awaits.iterator_by || end > stack + 8ull * stack_size_of(code))
		return;
	await(a, code, object_at(frame + config.awaits.frame_locals),
	      object_at(end - config.awaits.iterator_by), object_at(end - 8));
}

#endif
