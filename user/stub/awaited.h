/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a coroutine that is suspended awaits, by the types of two objects: the iterator that it
 * awaits, and what that has yielded, which asyncio's tasks wait for. Part of the stub. */
#ifndef BPFPROF_STUB_AWAITED_H
#define BPFPROF_STUB_AWAITED_H

#include "python.h"

#define TYPE_BASE 256 /* in a type: its base; of builds with the GIL */
#define BASES_MAX 16

/* Of a type's name, behind its module's, the last eight characters. */
static __u64 name_end_of(__u64 type)
{
	const __u8 *name = (const __u8 *)name_of_type(type);
	__u64 end = 0;

	for (; *name; name++)
		end = *name == '.' ? 0 : end << 8 | *name;
	return end;
}

#define ENDS(a, b, c, d, e, f, g, h)                                                               \
	((__u64)(a) << 56 | (__u64)(b) << 48 | (__u64)(c) << 40 | (__u64)(d) << 32 |               \
	 (__u64)(e) << 24 | (f) << 16 | (g) << 8 | (h))
#define TASK	     ENDS(0, 0, 0, 0, 'T', 'a', 's', 'k')
#define GATHERING    ENDS('n', 'g', 'F', 'u', 't', 'u', 'r', 'e') /* _GatheringFuture */
#define FUTURE	     ENDS(0, 0, 'F', 'u', 't', 'u', 'r', 'e')
#define COROUTINE    ENDS('o', 'r', 'o', 'u', 't', 'i', 'n', 'e')
#define ASYNC_ASEND  ENDS('o', 'r', '_', 'a', 's', 'e', 'n', 'd') /* async_generator_asend */
#define ASYNC_ATHROW ENDS('r', '_', 'a', 't', 'h', 'r', 'o', 'w')

static int awaits_coroutine(__u64 iterator)
{
	__u64 end = name_end_of(type_of(iterator));

	return end == COROUTINE || end == ASYNC_ASEND || end == ASYNC_ATHROW;
}

static enum acc_wait kind_of_future(__u64 future)
{
	__u64 type = type_of(future), end;

	for (__u32 i = 0; type && i < BASES_MAX; i++, type = AT(type, TYPE_BASE)) {
		end = name_end_of(type);
		if (end == TASK)
			return ACC_IN_TASK;
		if (end == GATHERING)
			return ACC_IN_GATHER;
		if (end == FUTURE)
			return ACC_IN_FUTURE;
	}
	return ACC_IN_OTHER;
}

static enum acc_wait wait_of(__u64 iterator, __u64 yielded)
{
	if (!iterator || !yielded)
		return ACC_IN_OTHER;
	return awaits_coroutine(iterator) ? ACC_IN_COROUTINE : kind_of_future(yielded);
}

#endif
