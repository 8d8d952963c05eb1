/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Moments of a thread, lengths of time, and the calls that are timed. Part of account.h. */
#ifndef BPFPROF_ACC_CLOCK_H
#define BPFPROF_ACC_CLOCK_H

/* x times a factor with ACC_SCALE_BITS bits behind the point, which is below 16: by mult 3 << 27
 * (1.5), 1000 becomes 1500. */
ACC_INLINE __u64 acc_scale(__u64 x, __u64 mult)
{
	return ((x >> 32) * mult << (32 - ACC_SCALE_BITS)) +
	       ((x & 0xffffffff) * mult >> ACC_SCALE_BITS);
}

/* The same of a number that may be negative. */
ACC_INLINE __s64 acc_scale_signed(__s64 x, __u64 mult)
{
	return x < 0 ? -(__s64)acc_scale(-(__u64)x, mult) : (__s64)acc_scale(x, mult);
}

/* What a thread's clocks say at one moment. */
struct acc_moment {
	__u64 at;	      /* ticks */
	struct acc_away away; /* the thread's totals */
};

#ifdef acc_clock
/* The moment now. A thread that is switched off and on between the looks at its clocks looks again,
 * so that its time away is on the same side of the moment by both. */
ACC_INLINE void acc_now(struct acc_thread *s, struct acc_moment *m)
{
	volatile struct acc_away *away = &s->away;

	for (int tries = 0; tries < 3; tries++) {
		m->away.off_ns = away->off_ns;
		m->away.wait_ns = away->wait_ns;
		m->at = acc_clock();
		if (away->off_ns == m->away.off_ns)
			break;
	}
}

/* The moment m->at, just gone by, by a clock that is CLOCK_MONOTONIC. */
ACC_INLINE void acc_was(struct acc_thread *s, struct acc_moment *m)
{
	m->away = s->away;
	if (s->back_ns > m->at)
		acc_now(s, m); /* away in between */
}

/* Starts the time of a frame that has just been entered: the last act of an entry, so that the
 * profiler's own time falls outside the interval. */
ACC_INLINE void acc_start(struct acc_thread *s, struct acc_frame *f)
{
	struct acc_moment m;

	acc_now(s, &m);
	f->away = m.away;
	f->enter_ticks = m.at;
}
#endif

/* This share of the calls and of the returns is timed: spread over them by the multiples of the
 * golden ratio, evenly and in step with no loop. */
#ifndef ACC_TIMED_SHIFT
#define ACC_TIMED_SHIFT 28 /* one in 16 */
#endif

/* Whether the call or return that the thread makes now is timed. */
ACC_INLINE int acc_is_timed(const struct acc_thread *s)
{
	return !((__u32)s->calls * 0x9e3779b1u >> ACC_TIMED_SHIFT);
}

/* Counts that the profiler took so many ticks for a call or return: 101 ticks in bucket 50, by
 * steps of ACC_TIMED_STEP. What took longer than there are buckets for was something else's (an
 * interrupt, another thread), and is not counted. Two threads at once may count one for both. */
ACC_INLINE void acc_time(struct acc_timed *t, __u64 took)
{
	__u64 bucket = took / ACC_TIMED_STEP;

	if (t && bucket < ACC_TIMED_BUCKETS)
		t->n[bucket]++;
}

/* The same for an entry, and for a return. */
ACC_INLINE void acc_time_entry(__u64 took)
{
	struct acc_ctl *ctl = acc_ctl();

	acc_time(ctl ? &ctl->entries : 0, took);
}

ACC_INLINE void acc_time_return(__u64 took)
{
	struct acc_ctl *ctl = acc_ctl();

	acc_time(ctl ? &ctl->returns : 0, took);
}

#endif
