/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The figures of the live screen's rows at the moments that its spans begin and end with. Each
 * moment is an array, so that a reading writes one and reads none of the others: there are
 * thousands of rows, and each is looked at in memory that has gone cold since.
 */
#ifndef BPFPROF_TOP_STATS_H
#define BPFPROF_TOP_STATS_H

#include "model/clock.h"
#include "model/profile.h"

/* From the start or the last reset on; the last interval; before and since the mark. */
enum top_span { TOP_TOTAL, TOP_LAST, TOP_UNTIL_MARK, TOP_SINCE_MARK, TOP_SPANS };

enum top_moment { TOP_NOW, TOP_BEFORE, TOP_BASE, TOP_MARK, TOP_MOMENTS };

/* Of n rows each. */
struct top_stats {
	struct prof_stat *at[TOP_MOMENTS]; /* NULL, of the last two: never set, all zero */
	struct prof_ios *io[TOP_MOMENTS];  /* beside them; NULL: likewise, or it is not counted */
	size_t n;
};

/* What a row did in one span, by one clock. */
struct top_figures {
	double calls, own_ns, cum_ns;
	double seconds; /* how long the span is; 0: there is none yet */
};

void top_stats__free(struct top_stats *s);

/* The index of a new row. */
size_t top_stats__add(struct top_stats *s);

/* n rows of nothing, at the same moments. */
struct top_stats top_stats__like(const struct top_stats *s, size_t n);
/* Adds a row of another to one of these, at each moment. */
void top_stats__sum(struct top_stats *to, size_t row, const struct top_stats *from, size_t at);

/* What was now is before; now is to be written for each of the rows, or else, where there are fewer
 * in the reading, stays what it was. */
void top_stats__turn(struct top_stats *s, size_t in_reading);

/* What the row is now. */
void top_stats__set(struct top_stats *s, size_t row, const struct prof_stat *st);
/* What it has read and written, of a row of the reading. */
void top_stats__set_io(struct top_stats *s, size_t row, const struct profile *reading,
		       enum prof_rows of, size_t i);

/* The total begins now (TOP_BASE), or the mark is now (TOP_MARK). */
void top_stats__keep(struct top_stats *s, enum top_moment moment);

/* What a row stood at when the span began and when it ended. */
struct top_ends {
	struct top_end {
		const struct prof_stat *st;
		const struct prof_ios *io;
	} from, to;
};

struct top_ends top_stats__ends(const struct top_stats *s, size_t row, enum top_span span);

/* Never negative: what is taken off may change from one reading to the next. seconds is left 0. */
struct top_figures top_stats__figures(const struct top_stats *s, size_t row, enum top_span span,
				      const struct prof_clock *clock);

#endif
