/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How much of the C stack is left: by the slot, a Python call takes some of it. Part of the stub.
 */
#ifndef BPFPROF_STUB_CSTACK_H
#define BPFPROF_STUB_CSTACK_H

#define RESERVE (96 * 1024ul)  /* of C stack, for what the program calls deeper down */
#define C_CALLS 256	       /* likewise, of CPython's own count in 3.12 and 3.13 */
#define FIRST	(128 * 1024ul) /* of a new thread's stack to look at */

/* Lowers what is known of the region as far as pages can be read, no further than down_to. */
static void extend(struct stub_region *r, __u64 down_to)
{
	while (r->low > down_to && readable(r->low - PAGE))
		r->low -= PAGE;
}

/* Looks closer where the stack pointer has left what is known. Returns 1 where the C stack is too
 * short for one more activation of the evaluator. A small stack (threading.stack_size) keeps a
 * third for the program. */
COLD static int stack_is_short(struct stub_region *r, __u64 key, __u64 sp)
{
	if (r->key != key || sp > r->high || sp < r->low) {
		r->key = 0;
		r->high = sp + FIRST;
		r->low = sp & -PAGE;
		extend(r, sp - FIRST);
		r->reserve = (sp - r->low) / 3 < RESERVE * 2 / 5 ? (sp - r->low) / 3 : RESERVE;
		r->key = key;
	}
	if (sp - r->low < r->reserve + 4 * PAGE)
		extend(r, sp - r->reserve - 16 * PAGE);
	return sp - r->low < r->reserve;
}

/* 3.14 and later know the thread's stack, its size as they take it: 4 MB on the main thread. */
ALWAYS int soft_limit_is_near(__u64 tstate, __u64 sp)
{
	__u64 low = AT(tstate, config.tstate_soft_limit), third;

	if (sp >= low + RESERVE)
		return 0;
	third = (AT(tstate, config.tstate_soft_limit - 8) - low) / 3;
	return third >= RESERVE || sp < low + third;
}

/* By the region that the thread's stack is known to have. */
ALWAYS int end_is_near(__u64 tstate, __u64 sp, struct stub_known *t)
{
	/* a thread state's memory is used again, its id is not */
	__u64 id = AT(tstate, config.tstate_id), key = (tstate ^ id << 48) | 1;
	struct stub_region *r = &state.regions[(tstate >> 6 ^ id) % STUB_REGIONS];

	if (r->key != key || sp > r->high || sp - r->low >= 1ul << 40 ||
	    sp - r->low < r->reserve + 4 * PAGE) {
		if (stack_is_short(r, key, sp))
			return 1;
	}
	if (t) {
		t->high_sp = r->high;
		t->low_sp = r->low + r->reserve + 4 * PAGE;
	}
	return 0;
}

/* 3.11 and later run Python calls of Python without C stack, but not while a slot is set. 3.11 has
 * no check of its own against running off it; 3.12 and 3.13 count C calls. t: where what was found
 * is kept, or 0. */
ALWAYS int out_of_stack(__u64 tstate, struct stub_known *t)
{
	__u64 sp = cpu__stack_pointer();

	if (config.tstate_c_recursion && (int)AT32(tstate, config.tstate_c_recursion) < C_CALLS)
		return 1;
	if (t && sp >= t->low_sp && sp <= t->high_sp)
		return 0;
	if (config.tstate_soft_limit)
		return soft_limit_is_near(tstate, sp);
	return config.minds_stack && end_is_near(tstate, sp, t);
}

#endif
