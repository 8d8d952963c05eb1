/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The profile: what a run measured, free of how it was measured. It knows no BPF, no /proc, no
 * clock and no FILE. Capture fills one, reports read one, and user/report/json.c stores one.
 *
 * Strings are valid UTF-8 without NUL (capture escapes what is not). Times are integer
 * nanoseconds. Not thread-safe: one profile belongs to one thread of bpfprof.
 * Allocation failure ends the program with one line (see user/base/mem.h).
 */
#ifndef BPFPROF_PROFILE_H
#define BPFPROF_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpfprof/kind.h"
#include "model/awaits.h"
#include "model/io.h"
#include "model/life.h"
#include "model/reason.h"
#include "model/strip.h"

#define PROF_NONE UINT32_MAX /* "no such function": the caller of a thread's first frame */

/* No figure is larger, for a hostile process or file may write anything: more is cut to these. The
 * first is what all readers of JSON take, the second 36 years. */
#define PROF_COUNT_MAX (1ull << 53)
#define PROF_NS_MAX    (1ll << 60)
uint64_t prof_count(uint64_t n);
int64_t prof_ns(int64_t ns);
uint64_t prof_moment(uint64_t ns); /* of CLOCK_MONOTONIC, or a length that is none below 0 */

/* Time not on a CPU. */
struct prof_away {
	int64_t off_ns;			 /* in all */
	int64_t wait_ns;		 /* of it, ready to run and waiting for a CPU */
	int64_t reason_ns[PROF_REASONS]; /* the rest, which they add up to */
};

/* Makes the reasons add up: what is missing had another, what is too much is taken off them. How
 * much that was, in ns. */
int64_t prof_away__settle(struct prof_away *away);

/* The figures of a function or of a (caller, callee) pair. Cumulative ones are those of outermost
 * activations, children included. */
struct prof_stat {
	uint64_t ncalls;	  /* every call */
	uint64_t primitive_calls; /* calls not made beneath another activation of the same key */
	int64_t tottime_ns;	  /* own time */
	int64_t cumtime_ns;
	int64_t own_bias_ns, cum_bias_ns; /* what was taken off these two */
	int64_t settled_error_ns; /* how far off own time may be by constants that are gone */
	struct prof_away own_away, cum_away;
	uint64_t child_calls;  /* made directly from these calls */
	uint64_t first_calls;  /* of them, those of a function that was not called by them before */
	uint64_t other_events; /* besides calls and returns: of exceptions, mostly (bias.h) */
	uint64_t calls_beneath; /* within cumtime_ns, at any depth */
	uint64_t open;		/* activations that were open before they were seen: their time from
				 * then on is in the figures, and they are no calls */
	uint64_t still;		/* of a reading, activations that were open as it was made: in
				 * what happened since, these are open */
	struct prof_life life;
};

/* One row: unique by (file, line, name), as in pstats. */
struct prof_func {
	char *file;	/* co_filename */
	char *name;	/* co_name */
	char *qualname; /* co_qualname, or NULL where the interpreter has none (before 3.11) */
	uint32_t line;	/* co_firstlineno; 0 where unknown */
	enum acc_kind kind;
	struct prof_stat stat;
};

/* The name that tells most: the qualified one, where it is known. */
const char *prof_func__full_name(const struct prof_func *f);

/* One (caller, callee) pair; both are indices into funcs. Calls from C at a thread's start have no
 * edge. */
struct prof_edge {
	uint32_t caller, callee;
	struct prof_stat stat;
};

#define PROF_FOLDED (UINT32_MAX - 1) /* the caller of a path that there was no room for */

/* One call path: a function, as called on the path of its caller, over all threads. The caller's is
 * an index into paths below its own; PROF_NONE: a thread's outermost; PROF_FOLDED: not known. All
 * calls of a path are primitive but for those of a folded one. */
struct prof_path {
	uint32_t parent, func;
	struct prof_stat stat;
};

/* One thread that made at least one call, or had frames open. */
struct prof_thread {
	uint32_t pid; /* of its process; 0: that of the target */
	uint32_t tid; /* kernel thread id in the initial pid namespace */
	char *name;   /* Python's, or else the kernel's (comm) */
	uint64_t ncalls;
	int64_t tottime_ns; /* sum of own times */
	int64_t bias_ns;    /* what was taken off it */
	struct prof_away away;
	int64_t idle_ns;   /* of its reasons, waited for work to do */
	uint64_t switches; /* times that it came back to a CPU */
	uint64_t untold;   /* more of them, of which the kernel did not tell */
	int64_t untold_ns; /* that it was away before those, at most, though it counts as cpu */
	uint64_t start_ns; /* CLOCK_MONOTONIC of its first event */
	uint64_t end_ns;   /* CLOCK_MONOTONIC of its exit, or of the end of the run */
	bool with_ended;   /* its parts are those of threads that ended before too */
	struct prof_strip *strip; /* NULL: none */
};

/* What the calls of a function by one thread add up to. What a thread that ended has called stands
 * with one that came after it, if one did. */
struct prof_part {
	uint32_t thread, func; /* indices into threads and funcs */
	struct prof_stat stat;
};

/* How long a function of a thread ran with the GIL while others waited for it, all their waits
 * added up. What is missing of these is not known. */
struct prof_hold {
	uint32_t thread; /* index into threads */
	char *file, *name;
	uint32_t line;
	int64_t ns;
};

/* A process that was counted, as the program that it then ran. */
struct prof_process {
	uint32_t pid;
	uint64_t start_ns; /* CLOCK_MONOTONIC since when it is counted */
	char *command;	   /* arguments joined by blanks; NULL: not known */
	char *python;	   /* "3.15.0"; NULL: not known */
};

#define PROF_BUCKETS 48

/* The figures of a block: a named part of a program, or a function chosen for it. */
struct prof_hits {
	uint64_t hit_count;
	int64_t total_ns;		  /* of outermost activations */
	int64_t own_ns;			  /* without what was called that is seen too */
	uint64_t min_ns, max_ns;	  /* of single hits; 0 where there are none */
	uint64_t histogram[PROF_BUCKETS]; /* hits of 2^i ns or more, below 2^(i+1); the first has 0
					   * too, the last all that is longer */
};

struct prof_block_thread {
	uint32_t thread; /* index into threads */
	struct prof_hits hits;
};

/* One block: unique by (track, name, file, line). */
struct prof_block {
	uint32_t track; /* index into tracks */
	char *name;
	char *file; /* NULL: not known */
	uint32_t line;
	struct prof_hits hits;
	struct prof_block_thread *threads;
	size_t nthreads;
};

/* Blocks that belong together: unique by (group, idx). */
struct prof_track {
	char *group; /* of the profiler in the program; NULL: none */
	uint32_t idx;
	char *name; /* NULL: none */
	bool enabled;
};

/* A call that ended, one of the last. */
struct prof_event {
	uint32_t thread, func; /* indices into threads and funcs */
	uint64_t start_ns;     /* CLOCK_MONOTONIC */
	uint64_t ns;
	bool began_before; /* it was open before it was seen: the start is when it was */
	bool goes_on;	   /* it had not ended when the run did */
};

/* A named counter of something that could not be counted; never zero. */
struct prof_loss {
	char *name; /* stable identifier, e.g. "stack_full" */
	char *text; /* one human sentence fragment, e.g. "frames beyond the stack limit" */
	uint64_t count;
};

/* How fast the machine did the profiler's work: how long that took for a call and its return, of
 * those that were timed. Only for comparison with itself, for it is but a part of what a call
 * costs. */
struct prof_pace {
	uint64_t n;	 /* calls or returns timed, whichever are fewer */
	double quick_ns; /* an eighth of them took less */
	double mean_ns;
};

/* What it adds to a call of one kind; and how much more or less that may be, in ns, both inside and
 * outside together: one is often more as the other is less. */
#define PROF_ADDED                                                                                 \
	{                                                                                          \
		double inside_ns, outside_ns;                                                      \
		double inside_error, outside_error, both_error;                                    \
	}
struct prof_added PROF_ADDED;

/* What the profiler adds to each call, on average: see bias.h. */
struct prof_bias {
	enum prof_bias_from {
		PROF_BIAS_NONE,	    /* not known, or taken off already: nothing to correct */
		PROF_BIAS_MEASURED, /* on the same interpreter, before the run */
		PROF_BIAS_STORED,   /* by an earlier "bpfprof calibrate" */
		PROF_BIAS_GIVEN,    /* by --bias NS */
		PROF_BIAS_SEEN,	    /* the least of earlier runs that measured */
	} from;
	union {
		struct PROF_ADDED; /* to a call of a Python function */
		struct prof_added python;
	};
	struct prof_added c; /* of a C function; the same where that is not known apart */
	double first_ns;     /* more outside, where it is the first of its caller and callee */
	double first_error;
	struct prof_pace pace; /* while they were measured */
	double quickest_ns;    /* the pace then of the kind of calls that has the quickest */
	double factor;	       /* by which the run's pace has changed them since; 0: it has not */
	double slower;	       /* what part of them calls of the run may have cost more */
};

/* The words for enum acc_kind and enum prof_bias_from, in their order; each ends with NULL. */
extern const char *const prof_kinds[];
extern const char *const prof_bias_froms[];

/* What was profiled and how. Any string may be NULL for "not known". */
struct prof_target {
	uint32_t pid;
	char *command;	   /* arguments joined by blanks */
	char *exe;	   /* path of the executable */
	char *interpreter; /* path of the file that holds the interpreter */
	char *python;	   /* "3.15.0" */
	char *backend;	   /* "usdt" */
	char *clock;	   /* "wall" */
	struct prof_bias bias;
	double clock_error; /* relative, of times against CLOCK_MONOTONIC: at most so far off */
	uint64_t start_ns;  /* CLOCK_MONOTONIC at attach */
	uint64_t duration_ns;
	int64_t started_at; /* seconds since the epoch */
	bool coroutines;    /* their lives are known: see prof_life */
	bool io;	    /* reads and writes were counted: see prof_io */
	bool only_wall;	    /* times not on a CPU are not known, and stand as none */
	uint32_t sequence;  /* of the readings of a run that goes on, from 1; 0: the only one */
};

struct profile {
	struct prof_target target;
	struct prof_func *funcs;
	size_t nfuncs;
	struct prof_edge *edges;
	size_t nedges;
	struct prof_path *paths; /* none: they were not asked for */
	size_t npaths;
	struct prof_await_rows awaits; /* none: coroutines were not timed, or awaited no tasks */
	struct prof_io_rows io[PROF_ROWS]; /* of these rows; none: it was not asked for */
	struct prof_thread *threads;
	size_t nthreads;
	struct prof_part *parts; /* none: they were not asked for; not stored */
	size_t nparts;
	struct prof_hold *holds;
	size_t nholds;
	int64_t gil_free_ns;		/* that nobody held it while threads waited */
	struct prof_process *processes; /* none: a profile of other origin */
	size_t nprocesses;
	struct prof_track *tracks;
	size_t ntracks;
	struct prof_block *blocks;
	size_t nblocks;
	struct prof_event *events; /* in the order of their ends; none: no timeline; not stored */
	size_t nevents;
	uint64_t events_gone; /* that ended earlier, or were being written as they were read */
	struct prof_loss *losses;
	size_t nlosses;
	char **notes; /* one-line remarks that head every report */
	size_t nnotes;
	int64_t settled_error_ns;    /* as a stat's, of all own times together */
	bool is_part;		     /* functions were left out */
	bool had_c;		     /* of a part: C functions had rows in the whole */
	struct prof_stat run;	     /* of a part: what the whole run came to (run.h) */
	struct prof_pace pace;	     /* of the run it was taken in; not stored */
	uint32_t clears;	     /* times that the blocks were dropped so far; not stored */
	struct profile_index *index; /* private: finds funcs and edges by key */
};

struct profile *profile__new(void);
void profile__free(struct profile *p); /* accepts NULL */

/* Index of the function (file, line, name), added with zero figures and as one of Python if it is
 * new. A qualname fills an empty one. Arguments are copied. */
uint32_t profile__func(struct profile *p, const char *file, uint32_t line, const char *name,
		       const char *qualname);

/* Index of the function with like's file, line and name, tried at likely first; PROF_NONE: there is
 * none. */
uint32_t profile__find_func(const struct profile *p, const struct prof_func *like, size_t likely);

/* NULL: there is none. */
struct prof_edge *profile__find_edge(const struct profile *p, uint32_t caller, uint32_t callee);

/* The edge caller -> callee, added with zero figures if it is new; valid until the next call. */
struct prof_edge *profile__edge(struct profile *p, uint32_t caller, uint32_t callee);

/* Index of the path of func on its caller's; PROF_NONE: there is none, or added with no figures. */
uint32_t profile__find_path(const struct profile *p, uint32_t parent, uint32_t func);
uint32_t profile__path(struct profile *p, uint32_t parent, uint32_t func);

/* Drops all functions, edges, paths, parts and events. */
void profile__drop_rows(struct profile *p);

/* Functions and paths as they are in another; to has none yet. */
void profile__copy_funcs(struct profile *to, const struct profile *from);
/* Edges, parts and events too. */
void profile__copy_rows(struct profile *to, const struct profile *from);

/* Has no paths any more; they were p->npaths, to be freed. Their I/O stays. */
struct prof_path *profile__forget_paths(struct profile *p);

/* The thread row appended; valid until the next call. */
struct prof_thread *profile__add_thread(struct profile *p, uint32_t tid, const char *name);

/* The number of its process. */
uint32_t prof_thread__pid(const struct profile *p, const struct prof_thread *t);

/* A copy of the row, unless it is there. */
void profile__add_process(struct profile *p, const struct prof_process *from);
/* Index of a thread's; PROF_NONE: it is not known. */
uint32_t prof_thread__process(const struct profile *p, const struct prof_thread *t);
/* Calls, own time and waits of each one's threads, by its index; to be freed. */
struct prof_stat *profile__process_stats(const struct profile *p);
void profile__forget_processes(struct profile *p); /* frees them; only of a profile that goes */

/* The row of the same thread in another reading of the run, PROF_NONE where there is none; looked
 * for from the row on where it is likely to be. */
uint32_t prof_thread__find(const struct profile *p, const struct prof_thread *t, size_t likely);
/* Each reading finds anew when a thread began, by clocks that it can tell better: starts that are
 * less than a millisecond apart are one, for no number is given to another thread so soon. */
bool prof_thread__same(const struct prof_thread *a, const struct prof_thread *b);

/* Index of the track (group, idx), added if it is new: without a name, and enabled. */
uint32_t profile__track(struct profile *p, const char *group, uint32_t idx);
/* A name for it, where it has none. */
void prof_track__name(struct prof_track *t, const char *name);

/* The block, added with no hits if it is new; valid until the next call. */
struct prof_block *profile__block(struct profile *p, uint32_t track, const char *name,
				  const char *file, uint32_t line);

/* Adds hits of one thread (PROF_NONE: not known whose) to the block. */
void prof_block__add(struct prof_block *b, uint32_t thread, const struct prof_hits *hits);
/* The block's hits of one thread, added as none if it is new; valid until the next call. */
struct prof_hits *prof_block__hits(struct prof_block *b, uint32_t thread);
void prof_hits__add(struct prof_hits *to, const struct prof_hits *from);

/* Adds count to the loss of that name; count 0 is ignored. */
void profile__add_loss(struct profile *p, const char *name, const char *text, uint64_t count);
void profile__add_note(struct profile *p, const char *note);
/* The same of a text that was made up, which is freed; NULL: nothing. */
void profile__take_note(struct profile *p, char *note);

void prof_stat__add(struct prof_stat *to, const struct prof_stat *from);
/* The same of what came next in its run: of that, what was open before is in its figures. */
void prof_stat__extend(struct prof_stat *to, const struct prof_stat *from);
/* Takes an earlier reading's figures off, of which none gets below 0. What was open then is so from
 * the beginning. */
void prof_stat__less(struct prof_stat *to, const struct prof_stat *from);

/* pstats' Stats.add: figures of equal keys add up, threads, losses and notes are appended (equal
 * notes once); the target stays dst's, its duration_ns adds. Where src goes on with dst's run, what
 * was open in between is so once. */
void profile__merge(struct profile *dst, const struct profile *src);

/* Raises the figures of functions, pairs and blocks of p, the losses, and the calls and own times
 * of threads to what they were in an earlier profile of the same run, where they are below it: no
 * reading then shows less than the one before. Not raised: a thread's time away and switches, and
 * what bias was taken off. Blocks that were dropped in between stay dropped. */
void profile__keep_up(struct profile *p, const struct profile *earlier);

struct profile *profile__copy(const struct profile *p);
/* The same without functions, edges, paths, parts and events. */
struct profile *profile__copy_head(const struct profile *p);

/* What a file is to be called, to be freed. */
typedef char *profile_naming(const void *arg, const char *file);
/* A copy whose files are called so; functions that then are the same become one. */
struct profile *profile__renamed(const struct profile *p, profile_naming *of, const void *arg);

/* A copy whose file names are base names, colliding functions merged (and, unlike CPython's
 * strip_dirs, their colliding edges summed). */
struct profile *profile__strip_dirs(const struct profile *p);

#endif
