/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The types that BPF programs and user space share: what the maps hold. No code. The includer
 * brings __u8 .. __u64 (vmlinux.h in the kernel, linux/types.h in user space).
 *
 * Everything here lives in mmapable array maps of fixed size. References between them are indices,
 * 0 meaning "none"; the kernel and bpfprof check them, the profiled process does not.
 *
 * A field that ends in _ns holds nanoseconds: a length of time, or a moment of CLOCK_MONOTONIC. One
 * that ends in _ticks is by the clock that calls are timed with. Where the kernel accounts (eval,
 * usdt, markers), that is CLOCK_MONOTONIC, and a tick is a nanosecond; in the package, its clock of
 * nanoseconds. Where the process accounts (inline), it is the processor's time stamp counter, and
 * struct acc_rate says how one clock leads to the other: at 2.5 GHz, 2500 ticks are 1000 ns.
 */
#ifndef BPFPROF_ABI_H
#define BPFPROF_ABI_H

#include "bpfprof/io.h"
#include "bpfprof/kind.h"
#include "bpfprof/life.h"

enum acc_loss {
#define ACC_LOSS(id, name, words) ACC_LOSS_##id,
#include "bpfprof/losses.def"
	ACC_LOSS_COUNT,
};

#define ACC_CHUNK     64u   /* frames a thread takes from the pool at a time, header included */
#define ACC_BATCH     8u    /* edges or funcs a thread takes at a time */
#define ACC_PROBE_MAX 128u  /* places of a hash table tried before it counts as full */
#define ACC_NAME_MAX  4095u /* bytes of a name that are kept */
#define ACC_NAMES     3u    /* file, name, qualname */

/* Time that a thread was not on a CPU. */
struct acc_away {
	__u64 off_ns;  /* in all */
	__u64 wait_ns; /* of it, ready to run and waiting for a CPU */
};

enum acc_reason {
#define ACC_REASON(ID, name, what) ACC_REASON_##ID,
#include "bpfprof/reasons.def"
	ACC_REASONS
};

#include "bpfprof/strip.h"

/* Time blocked, neither on a CPU nor ready to run, by enum acc_reason. */
struct acc_reasons {
	__u64 ns[ACC_REASONS];
};

/* The same of an edge; of a func, in cum, what its edges count twice. Few have any, so they are
 * handed out where one is needed. */
struct acc_split {
	struct acc_reasons own, cum;
};

/* One open call. Element 0 of each chunk is a header whose .edge links the thread's next chunk. The
 * element of the same index in the table "aways" is its finished children's time away, that in
 * "frame_reasons" their time blocked and its own so far; both are zero while it is not open. */
struct acc_frame {
	__u64 enter_ticks;
	__u64 child_ticks;    /* time of its finished children */
	__u64 pyframe;	      /* the interpreter's frame, or what else tells this call from others
			       * that are open; 0: not known */
	__u32 edge;	      /* 0: the call is lost, only its time is kept from its caller */
	__u32 prev;	      /* the caller's frame */
	__u64 calls;	      /* the thread's, before it */
	struct acc_away away; /* the thread's, when it was entered */
	__u16 late;	      /* ACC_LATE, ACC_LEAVING, ACC_YIELDING and ACC_YIELD_IN */
	__u16 kind;	      /* enum acc_kind */
	__u32 coroutine;      /* that runs in it, where coroutines are timed; 0: none */
};

#define ACC_LATE     1u /* it was open before it was seen: no call of it is counted */
#define ACC_LEAVING  2u /* it has returned, but what watches returns may yet be called from it */
#define ACC_YIELDING 4u /* besides: it has not returned but yielded */

/* Element 0 of a stack's first chunk, while the stack is parked: its thread has switched to another
 * (greenlets), and its frames stand still. */
struct acc_stack {
	__u64 at;      /* since when, in ticks */
	__u64 calls;   /* the thread's, then */
	__u64 pyframe; /* its innermost frame's */
	__u32 chunk;   /* its next chunk, as in every header */
	__u32 top;
	__u64 pad;
	struct acc_away away; /* the thread's, then */
	__u32 thread;	      /* 0: not parked */
	__u32 next; /* the next parked stack of the bucket; of spare ones: the next spare */
};

/* Edges and funcs are handed out in the order of their first sight, so that what is called together
 * lies together. A hashed place of their index holds the upper half of a key, and the number of the
 * element, which holds the lower half; 0: free. */
struct acc_edge_bucket {
	__u64 v;
};

struct acc_func_bucket {
	__u64 v;
};

/* What a thread's calls of one function from one caller add up to. Written by that thread alone. */
struct acc_edge {
	__u32 key;   /* the lower half; 0: free */
	__u32 next;  /* edge of what the caller called after this: a guess, as guess */
	__u64 cheap; /* what the callee looked like when it was last looked at closely; 0: never */
	__u64 calls;
	__u64 children; /* calls made from these */
	__u64 own_ticks;
	__u64 cum_ticks; /* of outermost activations, those not beneath another of this very pair */
	__u64 beneath;	 /* calls beneath outermost activations */
	__u32 func;	 /* the callee, for this thread */
	__u32 guess;	 /* edge of the last call made from here: a guess, checked before use */
};

/* In a context: it is a function, in a table whose other contexts are edges. */
#define ACC_FOLDED 0x80000000u

/* The rest of the edge of the same index. */
struct acc_edge_cold {
	__u32 context; /* that the calls were made in, by acc_context; 0: none known */
	__u32 open;    /* activations open now that are nested in one of another edge */
	__u64 nested;  /* calls that were not outermost */
	__u32 firsts;  /* calls made from these that had no edge before */
	__u32 alike;   /* edge of the same row that counts for both what is open; 0: itself */
	__u32 late;    /* activations that were open before they were seen, and are no calls */
	__u32 split;   /* 0: none yet */
	__u64 others;  /* what is no call or return, or more: of exceptions, mostly */
	struct acc_away own, cum;
};

#define ACC_BLOCK_BUCKETS 48u

/* What a block's edge does not hold: a thread's finished hits of it, one by one. All zero: none. */
struct acc_block {
	__u64 hits;
	__u64 sum_ns; /* of every hit, nested ones of the same block too */
	__u64 min_ns, max_ns;
	__u64 bucket[ACC_BLOCK_BUCKETS]; /* hits of 2^i ns or more, below 2^(i+1); the first has 0
					  * too, the last all that is longer */
};

/* A block as one thread hits it: an element of the table "blocks". */
struct acc_block_row {
	__u32 func;
	__u32 row;    /* the thread's acc_row */
	__u32 clears; /* acc_ctl's when it was begun; another now: it counts no more */
	__u32 pad;
	__u64 total_ns; /* of outermost activations */
	__u64 own_ns;
	struct acc_block hits;
};

#define ACC_BLOCK_NEW 1u /* the block of a function that is one and has no acc_block_row yet */

/* A function as one thread calls it. Its figures are those of its edges added up, less what is in
 * acc_func_cold. */
struct acc_func {
	__u32 key; /* the lower half; 0: free */
	__u32 code;
	__u32 thread; /* its acc_thread; the tests hold each thread's figures by it */
	__u32 open;   /* activations open now */
	__u32 first;  /* edge of the outermost of them */
	__u32 block;  /* its acc_block_row; 0: it is no block */
	__u32 split;  /* 0: none yet */
	__u16 idle;   /* enum acc_idle */
	__u16 joined; /* 1: several code objects of one row are called by edges of their own */
};

/* The rest of the function of the same index: what its edges' figures count twice. */
struct acc_func_cold {
	__u64 nested;			      /* calls beneath another activation of the function */
	__u64 overlap_ticks, overlap_beneath; /* of activations outermost for their edge alone */
	struct acc_away overlap;
};

struct acc_name {
	__u32 offset; /* into the name store */
	__u16 bytes;
	__u8 width; /* 0: UTF-8; else bytes per code point of a str without cached UTF-8 */
	__u8 state; /* enum acc_name_state */
};

enum acc_name_state { ACC_NAME_NONE, ACC_NAME_READ, ACC_NAME_CUT, ACC_NAME_LOST };

/* A code object, shared by all threads. Names are copied at first sight, while it is alive: file,
 * name, qualname; of a block, file, name and group of its static description. */
struct acc_code {
	__u64 key; /* its identity; 0: free */
	__u64 row; /* by acc_row_of; 0: not known, or not yet */
	struct acc_name names[ACC_NAMES];
	__u32 line;
	__u8 kind;    /* enum acc_kind */
	__u8 dynamic; /* 1: compiled from no file, so that its address may serve many in turn */
	__u16 track;  /* a block's, or of a function that was chosen for one, from 1 up; 0: neither
		       */
};

/* A call that ended, on the timeline: a ring, whose element 0 is not used. */
struct acc_event {
	__u64 number; /* of the calls that ended before it, plus one; 0: it is being written */
	__u64 enter_ticks;
	__u64 ticks; /* how long it took */
	__u32 edge;
	__u32 row; /* its thread's acc_row; ACC_EVENT_LATE: it was open before it was seen */
};

#define ACC_EVENT_LATE 0x80000000u

/* A thread. An element is used again once its thread has ended with no frame open; its edges then
 * add up over both, while each thread keeps a row of its own. */
struct acc_thread {
	__u32 tid;   /* 0: free or ended */
	__u32 row;   /* its acc_row; 0: none left */
	__u32 top;   /* innermost open frame; 0: none */
	__u32 chunk; /* first chunk of frames; 0: none yet */
	union {
		__u64 special; /* any of these */
		struct {
			__u32 overflow; /* calls open beyond the frame pool */
			__u16 marked;	/* 1: an exception passed the innermost frame at `mark` */
			__u16 leaving;	/* open frames that are ACC_LEAVING */
		};
	};
	__u32 guess;	    /* as in acc_edge, for calls from no known frame */
	__u32 predates;	    /* 1: the thread ran before the attach, so frames may have been open */
	__u32 closed_early; /* frames closed before their return was seen */
	__u32 parked;	    /* chunk of the buckets of parked stacks; 0: there never were any */
	__u32 spare;	    /* first chunk of a stack that ended, and so on; 0: none */
	__u32 reason;	    /* enum acc_reason: why it went away, if it could not run */
	__u64 tcb;	    /* inline: the thread's control block (%fs:0), which finds the thread */
	__u64 calls;	    /* all it has made */
	struct acc_away away; /* all its time away, added to where it comes back */
	__u64 out_ns;	      /* CLOCK_MONOTONIC since when it is away; 0: it is not */
	__u64 ready_ns;	      /* since when it could run again; 0: it cannot */
	__u64 back_ns;	      /* when it last came back */
	__u64 tstate;	 /* its thread state, when it last was seen to hold a GIL; 0: not known */
	__u64 waited_ns; /* what has yet to be charged to the frame that waited */
	__u32 waited_frame;  /* that; 0: none has waited */
	__u32 waited_reason; /* enum acc_reason */
	__u64 waited_off;    /* what away.off_ns was before that */
	__u64 gil;	     /* address of the GIL that it waited for last; 0: it did not */
	__u64 gil_from,
		gil_until; /* its last wait for it, until it is told who held it; 0: it is */
	__u32 gil_look;	   /* looks at GILs that were taken by the end of that, or, while it waits,
			    * by its beginning, that look too */
	__u32 gil_seen;	   /* at its last look, as look_seen has it */
	__u32 seen_turn;   /* how often that GIL had changed hands then */
	__u32 gil_turn;	   /* how often it would have once this thread, woken up, has it */
	__u32 strip;	   /* its row's; 0: none yet */
	__u32 idle_frame;  /* the innermost of its frames when it last waited for others; 0: none */
	__u32 idle;	   /* 1: to wait in it is to wait for work */
	__u32 waits_idle;  /* 1: a function of it is one in which waits are waits for work */
	/* So far, three cache lines, is what switches need; seldom: */
	__u64 idle_ticks;    /* when idle_frame was entered, by which it is told from the next */
	__u32 next_free;     /* of a thread that has ended: the next to be used again; 0: none */
	__u32 above, frames; /* of acc_search_caller, while it looks */
	__u32 edge, func;    /* the next of its batches; at the end of one: none left of it */
	__u32 had_by;	     /* threads that have had it, this one with them */
	__u64 mark;	     /* ticks */
	struct acc_away mark_away;
	__u64 end_ns; /* when it ended with frames open; 0: it did not */
};

/* A thread's numbers, in the pid namespace of bpfprof and in the initial one. */
struct acc_numbers {
	__u32 here, outside;
};

/* One thread's life, for reports. Its figures are those of its outermost frames. */
struct acc_row {
	__u32 tid; /* in the initial pid namespace; inline, until it ends, in that of the process */
	__u32 strip; /* its acc_strip; 0: none */
	__u64 calls;
	__u64 own_ticks;
	struct acc_away away;
	struct acc_reasons reasons;
	__s64 idle_ns; /* of these, waited for work to do */
	__u64 start_ticks;
	__u64 end_ns;		  /* 0: alive */
	__u64 switches, strip_ns; /* times that it came back to a CPU; since when strips tell */
	__u64 untold, untold_ns;  /* of these, those that the kernel did not tell of; away.bpf.h:
				   * before them, at most, though it counts as CPU */
	char comm[16];
};

/* How CLOCK_MONOTONIC leads to ticks and back; mult: ACC_SCALE_BITS of them behind the point. */
struct acc_rate {
	__u64 ns, tick; /* the same moment */
	__u64 ticks_mult, ns_mult;
};

#define ACC_SCALE_BITS 28

/* The name of a track, as the process has it. */
struct acc_track {
	struct acc_name name;
	__u64 text; /* its address there */
};

#define ACC_TRACKS 1024u

#define ACC_PATTERN_TEXT 128u

/* A function by file and name that is a block: names are ASCII, the file's is a path's last part or
 * parts. */
struct acc_pattern {
	__u16 track; /* from 1 up */
	__u8 file_bytes, name_bytes;
	__u32 idle;		     /* enum acc_idle */
	__u8 text[ACC_PATTERN_TEXT]; /* the file's, then the function's */
};

#define ACC_PATTERNS	 64u  /* of blocks; those of idle functions come after them */
#define ACC_PATTERNS_ALL 128u /* a power of two */

/* What a function's waits are waits for work to do: none, all in it and in what it calls, or all in
 * it and in C functions that it calls. */
enum acc_idle { ACC_IDLE_NONE, ACC_IDLE_WHOLE, ACC_IDLE_OWN };

/* How long the profiler itself took for some of the calls and of the returns: how many of them took
 * so many times ACC_TIMED_STEP ticks. The pace is told by the quick ones among them. */
#define ACC_TIMED_STEP	  2u
#define ACC_TIMED_BUCKETS 1024u

struct acc_timed {
	__u32 n[ACC_TIMED_BUCKETS];
};

/* Counters and cursors; one element. */
struct acc_ctl {
	__u64 losses[ACC_LOSS_COUNT];
	__u64 canary;  /* events of bpfprof's own canary site */
	__u64 ended;   /* calls that were put on the timeline, in all */
	__u32 chunks;  /* chunks of frames taken */
	__u32 names;   /* bytes of the name store taken */
	__u32 threads; /* elements taken of this table, and of the next */
	__u32 rows;
	__u32 codes;	    /* entries taken */
	__u32 funcs, edges; /* batches taken */
	__u32 paths; /* edges are call paths, as long as fewer batches than this are taken; 0: they
		      * are pairs */
	__u32 splits, blocks, strips; /* elements taken of these tables */
	__u32 clears;		      /* times that the blocks' figures were dropped */
	__u32 rate; /* the one of rates to be used now: written by bpfprof, while no one reads */
	__u32 patterns, idles;	  /* of them in use */
	__u32 loads;		  /* times that libraries were loaded */
	__u32 loads_late;	  /* of them, those that were not looked at in time */
	__u32 loads_looked_at;	  /* of them, those after which bpfprof has looked for markers */
	__u32 children;		  /* processes that it started and nobody here follows */
	struct acc_turns turns;	  /* of strips */
	struct acc_rate rates[2]; /* inline */
	struct acc_pattern pattern[ACC_PATTERNS_ALL];
	struct acc_timed entries, returns;
};

#include "bpfprof/hold.h"
#include "bpfprof/range.h"

#define ACC_GILS 64u /* locks of interpreters that are told from others */

/* How a probe site holds its arguments: registers by enum acc_reg (user/arch). */
struct acc_site {
	__u8 file, name, line; /* from the note */
	__u8 frame;	       /* found at the first event: see usdt.bpf.h */
};

/* Inline: the entry of the thread whose control block is at tcb is one of ACC_THREAD_PROBE, the
 * n-th of which is at that index; count is the size of the table, a power of two. The factor is
 * 2^64 by the golden ratio (Knuth, The Art of Computer Programming, 6.4). */
#define ACC_THREAD_PROBE 64u
#define ACC_THREAD_AT(tcb, n, count)                                                               \
	(((__u32)(((tcb) >> 6) * 0x9e3779b97f4a7c15ull >> 40) + (n)) & ((count)-1))

#define ACC_SITES 8u /* sites a probe may have */

/* What BPF programs know of the interpreter. */
struct acc_layout {
#define ACC_OFFSET(name) __u32 name;
#include "bpfprof/layout.def"
	__u32 unbalanced; /* 1: generators break the pairing of entry and return (3.15) */
};

_Static_assert(sizeof(struct acc_frame) == 64, "a frame is a cache line");
_Static_assert(sizeof(struct acc_stack) == sizeof(struct acc_frame),
	       "it stands in a frame's place");
_Static_assert(sizeof(struct acc_edge) == 64, "an edge is a cache line");
_Static_assert(sizeof(struct acc_edge_cold) == 72, "no hidden padding");
_Static_assert(sizeof(struct acc_func) == 32, "two functions a cache line");
_Static_assert(sizeof(struct acc_block_row) == 448, "no hidden padding");
_Static_assert(sizeof(struct acc_pattern) == 8 + ACC_PATTERN_TEXT, "no hidden padding");
_Static_assert(sizeof(struct acc_func_cold) == 40, "no hidden padding");
_Static_assert(sizeof(struct acc_event) == 32, "two events a cache line");
_Static_assert(sizeof(struct acc_code) == 48, "no hidden padding");
_Static_assert(sizeof(struct acc_thread) == 256, "a thread is four cache lines");

#endif
