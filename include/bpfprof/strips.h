/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tells strips: what threads did, in bins of time. One who knows of each switch of the thread tells
 * its strip, at each, what it did up to then. Needs account.h, and acc_strip(), which finds an
 * element.
 */
#ifndef BPFPROF_ACC_STRIPS_H
#define BPFPROF_ACC_STRIPS_H

#define ACC_STRIP_WIDENS 40u /* times: a bin is longer than a machine runs then */

/* Two bins become one: a time of theirs. What is beyond these begins anew. */
ACC_STEP int acc_strip_fold(__u32 i, __u32 at)
{
	struct acc_strip *st = acc_strip(i);
	__u32 two = at / ACC_STATES * 2 * ACC_STATES + at % ACC_STATES;
	__u64 sum = 0;

	if (!st || at >= ACC_STRIP_BINS * ACC_STATES)
		return 0;
	if (two < ACC_STRIP_BINS * ACC_STATES)
		sum = st->ns[two];
	two += ACC_STATES;
	if (two < ACC_STRIP_BINS * ACC_STATES)
		sum += st->ns[two];
	st->ns[at] = sum;
	return 0;
}

ACC_NOINLINE int acc_strip_widen(__u32 i)
{
	struct acc_strip *st = acc_strip(i);

	for (__u32 at = 0; st && at < ACC_STRIP_BINS * ACC_STATES; at++)
		acc_strip_fold(i, at);
	if (!st)
		return 0;
	st->shift++;
	st->end_ns = 0;
	return 0;
}

/* Tells the bin in which the strip has got to. 1: there is more up to now. */
ACC_STEP int acc_strip_step(__u32 i, __u32 state, __u64 now)
{
	struct acc_strip *st = acc_strip(i);
	__u64 bin, bin_end, end;
	__u32 at;

	if (!st || st->until_ns >= now)
		return 0;
	bin = (st->until_ns - st->from_ns) >> (st->shift & 63);
	if (bin >= ACC_STRIP_BINS)
		return 0;
	bin_end = st->from_ns + ((bin + 1) << (st->shift & 63));
	end = bin_end < now ? bin_end : now;
	at = (__u32)bin * ACC_STATES + (state & (ACC_STATE_ROOM - 1));
	if (at >= ACC_STRIP_BINS * ACC_STATES)
		return 0;
	st->ns[at] += end - st->until_ns;
	st->until_ns = end;
	st->at = bin * ACC_STATES;
	st->end_ns = bin_end;
	return end < now;
}

/* The thread of the strip was in that state since it was last told, up to now. What is longer than
 * its bins are many widens it first. */
ACC_NOINLINE int acc_strip_tell(__u32 i, __u32 state, __u64 now)
{
	struct acc_strip *st = acc_strip(i);

	if (!st || st->until_ns >= now)
		return 0;
	for (__u32 n = 0; n < ACC_STRIP_WIDENS; n++) {
		if ((now - st->from_ns) >> (st->shift & 63) < ACC_STRIP_BINS)
			break;
		acc_strip_widen(i);
	}
	for (__u32 n = 0; n < ACC_STRIP_BINS; n++) {
		if (!acc_strip_step(i, state, now))
			break;
	}
	return 0;
}

/*
 * The thread of the strip ran from when it was last told up to left, and was in that state from
 * then up to now. Told where all of it is in the bin that the strip has got to, as switches mostly
 * are. 0: it is not, and nothing is told.
 */
ACC_INLINE int acc_strip_tell_quick(struct acc_strip *st, __u64 left, __u32 state, __u64 now)
{
	__u64 at = st->at, until = st->until_ns;

	if (now > st->end_ns || left < until || now < left ||
	    at > (ACC_STRIP_BINS - 1) * ACC_STATES || state >= ACC_STATES)
		return 0;
	st->ns[at + ACC_STATE_RUNNING] += left - until;
	st->ns[at + state] += now - left;
	st->until_ns = now;
	return 1;
}

#endif
