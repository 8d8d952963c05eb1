/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the GILs of the process are. User space has found them; an interpreter that begins later
 * may have one of its own, which is looked for where a thread waits at an address that is not
 * known: among the interpreters that are newer than those seen so.
 */
#ifndef GILS_BPF_H
#define GILS_BPF_H

#include "core.bpf.h"

#define HASH_FACTOR 0x9e3779b97f4a7c15ull /* as in ACC_THREAD_AT */

#define OTHERS_BITS  8
#define NEWEST_STEPS 1024u /* interpreters that are gone through */

struct acc_range gils[ACC_GILS] = {};
__u32 ngils = 0;

__u64 interps = 0; /* where the newest is told; 0: none has a GIL of its own */
__u32 interp_next = 0, interp_id = 0, interp_gil = 0; /* offsets in an interpreter's state */
__u64 interps_seen = 0;		     /* those of lower numbers are known; numbers only go up */
__u64 others[1 << OTHERS_BITS] = {}; /* by a hash: addresses that are no GIL's */

/* From the newest interpreter on. */
struct gil_walk {
	__u64 interp;
	__u64 addr;  /* of a wait */
	__u64 gil;   /* which is for this; 0: not yet found */
	__u64 again; /* 1: some are to be gone through again: a GIL is yet to come, or has no room
		      */
};

/* Some of the GILs, from the nth on: the address of that which is waited for; 0: none of them. */
__noinline __u64 gil_at_some(__u64 addr, __u32 first)
{
	ONE_BY_ONE
	for (__u32 n = 0; n < SOME; n++) {
		__u32 i = (first + n) & (ACC_GILS - 1);

		if (i < ngils && addr - gils[i].start < gils[i].bytes)
			return gils[i].start;
	}
	return 0;
}

/* The same of all that are known. */
static __always_inline __u64 gil_at(__u64 addr)
{
	__u64 gil = 0;

	ONE_BY_ONE
	for (__u32 i = 0; i < ACC_GILS && i < ngils && !gil; i += SOME)
		gil = gil_at_some(addr, i);
	return gil;
}

/* 0: there is no room. */
static __always_inline int gil_add(__u64 gil)
{
	__u32 i = ACC_ADD(&ngils, 1);

	if (i >= ACC_GILS) {
		ACC_ADD(&ngils, -1);
		return 0;
	}
	gils[i] = (struct acc_range){gil, gils[0].bytes};
	return 1;
}

static __always_inline __u64 word_of(__u64 at)
{
	__u64 word = 0;

	bpf_probe_read_user(&word, sizeof(word), (void *)at);
	return word;
}

/* 1: there is another that is new. */
__noinline int walk_step(struct gil_walk *w)
{
	__u64 gil;

	if (!w || !w->interp || word_of(w->interp + interp_id) < interps_seen)
		return 0;
	gil = word_of(w->interp + interp_gil);
	if (gil && w->addr - gil < gils[0].bytes)
		w->gil = gil;
	if (!gil || (!gil_at(gil) && !gil_add(gil)))
		w->again = 1;
	w->interp = word_of(w->interp + interp_next);
	return 1;
}

__noinline int walk_some(struct gil_walk *w)
{
	int more = w != 0;

	ONE_BY_ONE
	for (__u32 n = 0; more && n < SOME; n++)
		more = walk_step(w);
	return more;
}

/* Takes up the GILs of interpreters not seen so far. The one at which somebody waits at that
 * address; 0: none is there. */
__noinline __u64 gil_of_newer(__u64 addr)
{
	__u64 *other = &others[addr * HASH_FACTOR >> (64 - OTHERS_BITS)];
	struct gil_walk w = {.addr = addr};
	__u64 newest;

	if (*other == addr)
		return 0;
	w.interp = word_of(interps);
	newest = w.interp ? word_of(w.interp + interp_id) : 0;
	ONE_BY_ONE
	for (__u32 n = 0; n < NEWEST_STEPS; n += SOME) {
		if (!walk_some(&w))
			break;
	}
	if (!w.again)
		interps_seen = newest + 1;
	if (!w.gil)
		*other = addr;
	return w.gil;
}

#endif
