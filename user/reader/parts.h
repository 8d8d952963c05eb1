/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the files of this folder share: names and rows of the tables, and the blocks' part. */
#ifndef BPFPROF_READER_PARTS_H
#define BPFPROF_READER_PARTS_H

#include <stdbool.h>

#include "cpython/stands.h"
#include "reader/tables.h"

/* What it is a code of; the process may have written anything. */
enum acc_kind code__kind(const struct acc_code *c);

/* The text of a name, to be freed; a cut one ends in "...". The process may still write to what is
 * at `from`, so it is read once. */
char *name__text(const struct tables *t, const struct acc_name *from);
/* The same, or NULL where there is no such name. */
char *name__or_null(const struct tables *t, const struct acc_name *n);

/* The row's thread made at least one call, or had frames open. */
bool row__is_used(const struct acc_row *row);
/* When the thread began, by the tick of that: the rate of ticks is not known so well that all that
 * it did is after that to the nanosecond. */
uint64_t row__first_ns(const struct prof_thread *th, uint64_t by_tick);

/* Per row, its thread among those of p from first on; PROF_NONE where it has none. To be freed. */
uint32_t *rows__threads(const struct tables *t, const struct profile *p, size_t first);

/* Of a table of size elements, those in batches that were taken; the first batch is never. */
__u32 tables__taken(__u32 batches, __u32 size);

/* Per code object, its function in the profile, added; PROF_NONE where it has none. Found by the
 * functions, as the table itself is wide and mostly empty. To be freed. known: or NULL. */
uint32_t *codes__map(const struct tables *t, const struct known_codes *known, struct profile *p);

/* The profile's function of an acc_func, where its codes are by map; PROF_NONE: none. */
uint32_t func__at(const struct tables *t, const uint32_t *map, __u32 i);

/* A moment of the tables in ns of CLOCK_MONOTONIC. */
__u64 tick__ns(const struct ticks_clock *c, __u64 tick);

struct prof_stat edge__stat(const struct tables *t, const struct acc_edge *e,
			    const struct acc_edge_cold *more, const struct ticks_clock *clock);

/* What the edges of the function of that index, added up, count twice, to be added: it is below
 * zero. Its primitive calls are another thing: */
struct prof_stat func__overlap(const struct tables *t, __u32 i, const struct ticks_clock *clock);
__u64 calls__primitive(__u64 calls, __u64 nested);

/* A length of time in ns; exact where ticks are nanoseconds. */
__s64 length__of(const struct ticks_clock *c, __u64 ticks);

/* The coroutines that the calls of the edge of that index began. */
struct prof_life life__of(const struct tables *t, size_t edge, const struct ticks_clock *clock);

/* Adds to lives the coroutines that stood at a yield and are gone, in the memory of the process or
 * with it: of such the interpreter shows no end. live: as it writes them. */
void lives__add_gone(const struct tables *live, const struct stands_yield *yields, pid_t pid,
		     struct acc_life *lives);

/* Adds whose tasks coroutines awaited, by the same map as func__at's. paths: by edge, or NULL. */
void awaits__add(const struct tables *t, const uint32_t *map, const uint32_t *paths,
		 struct profile *p, const struct ticks_clock *clock);
/* The code object whose tasks the element of that index is of; 0: none. */
__u32 await__code(const struct tables *t, __u32 i);

/* Whether it was asked for what is read and written. */
bool io__is_on(const struct tables *t);
/* What the calls of the edge of that index have read and written. */
struct prof_ios io__of_edge(const struct tables *t, size_t edge);
/* What the edges of the function of that index count twice, to be added: it is below zero. */
struct prof_ios io__twice(const struct tables *t, __u32 func);

/* Time away, its reasons settled. */
struct prof_away away__of(const struct acc_away *a, const struct acc_reasons *reasons);
/* Of a thread's time away, what it waited for work, as its row says. */
int64_t idle__of(const struct prof_away *away, __s64 idle_ns);
/* The split of that index; 0: one of nothing. */
const struct acc_split *split__at(const struct tables *t, __u32 i);

void loss__add(struct profile *p, enum acc_loss loss, __u64 count);

/* Where edges are call paths: adds them to p, with the functions and pairs that they add up to. */
void paths__add(const struct tables *t, const uint32_t *map, struct profile *p,
		const struct ticks_clock *clock);

/* Adds the hits of blocks to p, whose threads are those of rows by map. */
void blocks__add(const struct tables *t, struct profile *p, const uint32_t *threads);

/* Adds the calls on the timeline, where functions and threads are by these maps. */
void timeline__add(const struct tables *t, const uint32_t *funcs, const uint32_t *threads,
		   struct profile *p, const struct ticks_clock *clock);

/* In a copy, once its frames are closed: threads have as many calls as their edges. */
void threads__agree(struct tables *t);

/* Where threads have two: from now on each is told in the other one. Returns when that was; 0: they
 * have one. */
__u64 strips__turn(struct tables *live);
/* The strips of threads, told up to now; before frames are closed. */
void strips__close(struct tables *t, __u64 now_ns);
/* That of the row's thread, to be freed; NULL: it has none. */
struct prof_strip *strip__of(const struct tables *t, const struct acc_row *row);

/* Adds what each thread has called, by the same maps. */
void parts__add(const struct tables *t, const uint32_t *funcs, const uint32_t *threads,
		struct profile *p, const struct ticks_clock *clock);

/* Adds who held the GIL, by the same maps. */
void holds__add(const struct tables *t, const uint32_t *funcs, const uint32_t *threads,
		struct profile *p);

#endif
