/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a coroutine that is suspended awaits, by the types of two objects: the iterator that it
 * awaits, and what that has yielded, which asyncio's tasks wait for. Part of the stub. */
#ifndef BPFPROF_STUB_AWAITED_H
#define BPFPROF_STUB_AWAITED_H

#include "tasks.h"

#define COROUTINE    ENDS('o', 'r', 'o', 'u', 't', 'i', 'n', 'e')
#define ASYNC_ASEND  ENDS('o', 'r', '_', 'a', 's', 'e', 'n', 'd') /* async_generator_asend */
#define ASYNC_ATHROW ENDS('r', '_', 'a', 't', 'h', 'r', 'o', 'w')

static int awaits_coroutine(__u64 iterator)
{
	__u64 end = name_end_of(type_of(iterator));

	return end == COROUTINE || end == ASYNC_ASEND || end == ASYNC_ATHROW;
}

/* In a frame whose first variable is that. */
static void await(struct awaited *a, __u64 code, __u64 first, __u64 iterator, __u64 yielded)
{
	if (!iterator || !yielded)
		return;
	if (awaits_coroutine(iterator))
		a->in = ACC_IN_COROUTINE;
	else
		await_future(a, yielded, code, first);
}

#endif
