/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Taking the profiler's own time out of a profile: plain arithmetic on its counts, so that it can
 * be done again with other constants. What a call costs the program (its frame made, its arguments
 * passed) is the callee's own time; what the profiler adds to it falls inside the call's measured
 * time or outside it, in its caller's; and much more outside where it is the first by this caller,
 * whose place in the tables has yet to be made.
 *
 *   own -= calls * inside + calls made from it * outside + those that were the first * first
 *
 * Too little is taken off rather than too much: the constants are those of a call that finds
 * everything in the caches, they follow the run's pace by its quickest calls alone, and no time on
 * a CPU falls below zero by it. What the rest may come to is in the error.
 *
 * What is inside may be negative: inline, the program makes a callee's frame before its time
 * starts. What is outside is not, nor both together: that was no measurement.
 */
#ifndef BPFPROF_BIAS_H
#define BPFPROF_BIAS_H

#include "model/profile.h"

/* Takes p->target.bias, which stays there, off all figures; to be done once. Own times of a
 * function are those of its edges added up, as before. The cumulative time of one that is not
 * recursive is its own and that of what it calls, and none is more than all own times together. */
void profile__correct(struct profile *p);

/* profile__merge of p, which is freed; of different constants each is corrected first, for good. */
void profile__add(struct profile *to, struct profile *p);

/* What was taken off stays off, whatever becomes of the rows; how far off that may be is kept. */
void profile__settle(struct profile *p);

/* Puts back what was taken off. */
void profile__uncorrect(struct profile *p);

/* Whether more was taken off its own time than is left of it (on a CPU): an estimate, not a
 * measurement. */
bool prof_stat__is_estimate(const struct prof_stat *st);

/* The constants as they hold of each function of p, by its index: inside, those of a function of
 * its kind; outside, the mean of the calls that it makes. To be freed. */
struct prof_bias *profile__biases(const struct profile *p);

/* Inside and outside. */
double prof_added__both(const struct prof_added *a);

/* Whether a call can cost that: it takes no time off its caller's, and some in all. */
bool prof_added__is_possible(const struct prof_added *a);

/* How far off that may be, for a call of the kind that costs more. */
double prof_bias__each_error(const struct prof_bias *b);

/* Whether calls of C functions have constants of their own. */
bool prof_bias__has_c(const struct prof_bias *b);

/* What they come to in the own time of a function that they hold of, in ns. */
double prof_bias__own(const struct prof_bias *b, const struct prof_stat *st);

/*
 * How far off the own time may be, in ns. To either side: the constants' errors times the calls
 * they stand for, but never more than was taken off. And as the constants are those of calls that
 * cost least, which are made in quick succession, there may be more of the profiler's in it: what
 * slower calls of the run cost more, and for each call made from it PROF_BIAS_COLD of what the
 * callee takes, up to PROF_BIAS_COLDEST ns, for who comes back from long work finds the profiler's
 * tables and code no longer in the caches ("make bench", PARTS=perturbs). All together that is
 * never more than is left. Of a function that the constants hold of.
 */
double prof_bias__error(const struct prof_bias *b, const struct prof_stat *st);
/* Of all own times together. A thread that comes back to a CPU and calls may find it as cold as at
 * a few first calls: that much for each time; and where calls trap, the kernel's code as well. */
double profile__bias_error(const struct profile *p);

/* Of these, what is not the constants' and always more: of a function, and of a thread that comes
 * back. */
double prof_bias__cold(const struct prof_stat *st);
/* And of a function what its other events cost: nothing is taken off for them, and as each is less
 * work than a call and its return together, it costs no more than these may. */
double prof_bias__others(const struct prof_bias *b, const struct prof_stat *st);
double prof_bias__back_cold(const struct prof_bias *b, const struct prof_thread *t);

/* By the backend; not given, and not unknown. */
bool prof_bias__is_measured(const struct prof_bias *b);

#define PROF_BIAS_COLD	  0.005
#define PROF_BIAS_COLDEST 500.0
#define PROF_BIAS_BACK_IN 4.0  /* of a first call; after 30 ms of sleep the program's pages, too */
#define PROF_BIAS_BACK	  16.0 /* the way into the kernel, that often, after 30 ms of sleep */

/* Whether enough was timed to say something of it. */
bool prof_pace__known(const struct prof_pace *p);

/* How much slower than the quickest all of them were, as a part; 0: no slower. */
double prof_pace__lag(const struct prof_pace *p);

/* What makes constants into those of another pace: 1 within those that the kinds of calls had as
 * they were found, for a profile does not tell kinds apart; and where nothing was timed. */
double prof_bias__factor(const struct prof_bias *b, double quick_ns);

/* For a call: found at a quieter moment. */
bool prof_bias__costs_less(const struct prof_bias *a, const struct prof_bias *b);

/* Whether these can be constants: no NaN, none a second, no error or pace below zero. */
bool prof_bias__in_range(const struct prof_bias *b);

/* What was found at another moment: b's errors reach so far that the other, told at b's pace, is
 * within its own error of them. A moment at which nothing could be told well says little. */
void prof_bias__widen(struct prof_bias *b, const struct prof_bias *other);

/*
 * What the constants were in a run of that pace. A machine's speed changes, that of a virtual one
 * by 10 % and more within seconds; a call's cost and what the profiler's part of it takes change
 * together, within PROF_PACE_ERROR. What is not in that part, as the way into the kernel and back
 * is not, changes by itself: by PROF_PACE_UNSEEN of it, up, where other work shares the processor,
 * and by PROF_PACE_EASED of it down: what rounds and kinds of calls differed by, as it was found by
 * the least of them, is in that part more. Where a run is slower, what is timed may be so alone, as
 * of calls that have to be looked at closely, and no more is taken off; that all of a call is so is
 * what it may have cost more. The pace is that of the quickest eighth: slower ones
 * found the caches cold, or were interrupted, and the constants know nothing of these. What the
 * mean is above the quickest, beyond what it was while the constants were found, calls may have
 * cost more, and what a pace has above PROF_PACE_MOST. The error has, where too little was timed
 * (of calls of C functions nothing is), PROF_PACE_UNKNOWN of the constants, and calls may have cost
 * PROF_PACE_UNSEEN more.
 */
struct prof_bias prof_bias__at_pace(const struct prof_bias *b, const struct prof_pace *run);

#define PROF_PACE_ERROR	  0.02
#define PROF_PACE_DOUBT	  3.0  /* two standard errors of the eighth of a bell, by its mean's lag */
#define PROF_PACE_SPREAD  0.05 /* the least lag: a pace is counted in steps */
#define PROF_PACE_UNSEEN  0.25
#define PROF_PACE_EASED	  0.05
#define PROF_PACE_LAG	  1.5 /* a slow machine slows a call down by more than its timed part */
#define PROF_PACE_UNKNOWN 0.1
#define PROF_PACE_FEWEST  64
#define PROF_PACE_LEAST	  0.5
#define PROF_PACE_MOST	  1.5

/* Whether two profiles' constants are the same, so that they can be added up before correction. */
bool prof_bias__same(const struct prof_bias *a, const struct prof_bias *b);

#endif
