/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tells strips: what threads did, in bins of time. One who knows of each switch of the thread tells
 * its strip, at each, what it did up to then. Needs account.h, and acc_strip(), which finds an
 * element.
 */
#ifndef BPFPROF_ACC_STRIPS_H
#define BPFPROF_ACC_STRIPS_H

#define ACC_STRIP_WIDENS 40u /* times: a bin is longer than a machine runs then */

/* The element in which a thread's strip, by its number, is told in that turn. */
ACC_INLINE __u32 acc_strip_at(const struct acc_ctl *ctl, __u32 strip, __u32 turn)
{
	return ctl->turns.two ? strip * 2 + (turn & 1) : strip;
}

ACC_INLINE int acc_strip_is_of(const struct acc_strip *st, __u32 turn)
{
	return st->from_ns && st->turn == turn;
}

ACC_STEP int acc_strip_clear(__u32 i, __u32 bin)
{
	struct acc_strip *st = acc_strip(i);

	for (__u32 state = 0; st && bin < ACC_STRIP_BINS && state < ACC_STATES; state++)
		st->ns[bin * ACC_STATES + state] = 0;
	return 0;
}

/* In that turn it is told from there on, unless it is already. */
ACC_NOINLINE int acc_strip_begin(__u32 i, __u32 turn, __u64 from)
{
	struct acc_strip *st = acc_strip(i);

	if (!st || acc_strip_is_of(st, turn))
		return 0;
	for (__u32 bin = 0; bin < ACC_STRIP_BINS; bin++)
		acc_strip_clear(i, bin);
	st->turn = turn;
	st->shift = ACC_STRIP_SHIFT;
	st->end_ns = 0;
	st->from_ns = from;
	st->until_ns = from;
	return 0;
}

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

ACC_INLINE __u64 acc_earlier(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

ACC_INLINE __u64 acc_later(__u64 a, __u64 b)
{
	return a > b ? a : b;
}

/* What a row's thread did in the turn before the one that began then. Returns until when that is
 * told: later, where it was told of before anybody knew that the turn was over. */
ACC_INLINE __u64 acc_strip_finish(const struct acc_row *row, __u32 turn, __u64 left, __u32 state,
				  __u64 ends)
{
	const struct acc_ctl *ctl = acc_ctl();
	const struct acc_strip *st;
	__u32 i;

	if (!ctl)
		return ends;
	i = acc_strip_at(ctl, row->strip, turn);
	acc_strip_begin(i, turn, acc_later(ctl->turns.from_ns[turn & 1], row->strip_ns));
	acc_strip_tell(i, ACC_STATE_RUNNING, acc_earlier(left, ends));
	acc_strip_tell(i, state, ends);
	st = acc_strip(i);
	return st ? acc_later(st->until_ns, ends) : ends;
}

/* The thread of the row, which has a strip, ran from when it was last told up to left, and was in
 * that state from then up to now: in this turn, and in the one before what it has not been told of
 * that. */
ACC_NOINLINE int acc_strip_tell_row(__u32 r, __u64 left, __u32 state, __u64 now)
{
	const struct acc_ctl *ctl = acc_ctl();
	const struct acc_row *row = acc_row(r);
	const struct acc_strip *st;
	__u64 from;
	__u32 turn, i;

	if (!ctl || !row)
		return 0;
	turn = ctl->turns.now;
	from = ctl->turns.from_ns[turn & 1];
	i = acc_strip_at(ctl, row->strip, turn);
	st = acc_strip(i);
	if (!st)
		return 0;
	if (turn && (now < from || !acc_strip_is_of(st, turn)))
		from = acc_strip_finish(row, turn - 1, left, state, acc_earlier(now, from));
	if (now <= from)
		return 0;
	acc_strip_begin(i, turn, acc_later(from, row->strip_ns));
	acc_strip_tell(i, ACC_STATE_RUNNING, acc_earlier(left, now));
	return acc_strip_tell(i, state, now);
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
