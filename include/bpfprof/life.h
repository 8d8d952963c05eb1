/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Coroutines from start to end, as the tables hold them. Part of abi.h. */
#ifndef BPFPROF_LIFE_H
#define BPFPROF_LIFE_H

/* The interpreter's frame of the coroutine of the same index, by which it is found; 0: free. */
struct acc_coroutine_frame {
	__u64 pyframe;
};

/* What a coroutine is suspended in. */
enum acc_wait {
	ACC_IN_OTHER, /* it is not known, or no await: a yield */
	ACC_IN_COROUTINE,
	ACC_IN_TASK,
	ACC_IN_GATHER,	 /* what asyncio.gather returns: several tasks */
	ACC_IN_FUTURE,	 /* another one */
	ACC_IN_SLEEP,	 /* asyncio.sleep's own */
	ACC_IN_EXECUTOR, /* one that another thread or process fulfils */
	ACC_WAITS,
};

#define ACC_YIELD_IN 8u /* of a frame that is ACC_YIELDING: from that bit of its "late" on */

/* A coroutine that has begun and not ended: a call of a coroutine function, or of one of an
 * asynchronous generator, with all its resumptions. */
struct acc_coroutine {
	__u64 begun_ticks;
	__u64 running_ticks;   /* of its activations that have ended, what they called included */
	__u64 suspended_ticks; /* since when it is suspended */
	__u64 pause_ticks;     /* of its last suspension, which is in no other sum yet */
	__u64 in_ticks[ACC_WAITS]; /* of its suspensions that have ended */
	__u32 edge;		   /* that began it */
	__u16 await;		   /* whose tasks it awaits, an acc_await; 0: none */
	__u8 late;		   /* 1: it had begun before it was seen */
	__u8 in;		   /* enum acc_wait: its last suspension; and ACC_RUNS */
};

#define ACC_RUNS 0x80u /* it is not suspended: it runs */

#define ACC_AWAITS_MAX 8u /* functions whose tasks are awaited together */

/*
 * A function whose tasks the coroutines of an edge await: alone, or with those of others, which
 * then stand before it. So the last of them stands for all, whose time it has.
 */
struct acc_await {
	__u64 key;  /* of the next three, and of whom it stands behind; 0: free */
	__u32 edge; /* as in acc_coroutine */
	__u32 code; /* the coroutine function of the tasks */
	__u32 in;   /* enum acc_wait */
	__u32 prev; /* 0: it is the first */
	__u64 tasks;
	__u64 ticks; /* of suspensions that have ended */
};

/* What the coroutines that an edge's calls began add up to. Those of the edge of the same index. */
struct acc_life {
	__u64 begun;
	__u64 ended;  /* the others are of these */
	__u64 raised; /* by an exception that left them: raised, cancelled or closed */
	__u64 elapsed_ticks;
	__u64 running_ticks;
	__u64 awaiting_ticks; /* suspended in another coroutine */
	__u64 in_task_ticks, in_gather_ticks, in_future_ticks, in_sleep_ticks, in_executor_ticks;
	__u64 late;   /* not of these: they had begun before they were seen, and ended */
	__u64 unseen; /* not of these: they were gone before they were seen to end */
};

#define ACC_STANDS_OPS 4u

/* How the interpreter's frame tells, at one of its probes, how a coroutine begins, goes on and ends
 * there. Offsets are in bytes; 0: this version has no such thing. */
struct acc_stands {
	/* Up to 3.10. In a frame: the instruction it is at, int, below 0 before the first, and the
	 * shift that makes bytes of it; a pointer, 0 unless it is suspended; a byte (then it
	 * counts, not that pointer) that is below 0 if it is. In a code object: its instructions, a
	 * bytes. */
	__u32 lasti, lasti_shift, stack, state, code_code;
	/* 3.15. In a frame: a pointer to the instruction that it is at, or goes on with. In a
	 * thread state: the exception that passes. */
	__u32 instr, exception;
	__u32 by_thread;	      /* 1: tstate counts from the thread's control block */
	__u64 tstate;		      /* where the pointer to the thread state is */
	__u8 resumes[ACC_STANDS_OPS]; /* instructions that a suspended one goes on with */
	__u8 creates;		      /* the one before that with which it begins */
	__u8 pad[3];
};

_Static_assert(sizeof(struct acc_coroutine) == 96, "no hidden padding");
_Static_assert(sizeof(struct acc_await) == 40, "no hidden padding");

#endif
