/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One array a moment. */
#include "live/top_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void top_stats__free(struct top_stats *s)
{
	for (size_t i = 0; i < TOP_MOMENTS; i++) {
		free(s->at[i]);
		free(s->io[i]);
	}
}

size_t top_stats__add(struct top_stats *s)
{
	for (size_t i = 0; i < TOP_MOMENTS; i++) {
		if (s->at[i] || i <= TOP_BEFORE)
			s->at[i] = arr_grow(s->at[i], s->n, sizeof(*s->at[i]));
		if (s->io[i])
			s->io[i] = arr_grow(s->io[i], s->n, sizeof(*s->io[i]));
	}
	return s->n++;
}

struct top_stats top_stats__like(const struct top_stats *s, size_t n)
{
	struct top_stats like = {.n = n};

	for (size_t i = 0; i < TOP_MOMENTS; i++) {
		if (s->at[i])
			like.at[i] = xcalloc(n, sizeof(*like.at[i]));
		if (s->io[i])
			like.io[i] = xcalloc(n, sizeof(*like.io[i]));
	}
	return like;
}

void top_stats__sum(struct top_stats *to, size_t row, const struct top_stats *from, size_t at)
{
	for (size_t i = 0; i < TOP_MOMENTS; i++) {
		if (from->at[i])
			prof_stat__add(&to->at[i][row], &from->at[i][at]);
		if (from->io[i])
			prof_ios__add(&to->io[i][row], &from->io[i][at]);
	}
}

void top_stats__turn(struct top_stats *s, size_t in_reading)
{
	struct prof_stat *was = s->at[TOP_BEFORE];
	struct prof_ios *io_was = s->io[TOP_BEFORE];

	s->at[TOP_BEFORE] = s->at[TOP_NOW];
	s->at[TOP_NOW] = was;
	s->io[TOP_BEFORE] = s->io[TOP_NOW];
	s->io[TOP_NOW] = io_was;
	if (in_reading >= s->n)
		return;
	memcpy(s->at[TOP_NOW], s->at[TOP_BEFORE], s->n * sizeof(*s->at[TOP_NOW]));
	if (s->io[TOP_NOW])
		memcpy(s->io[TOP_NOW], s->io[TOP_BEFORE], s->n * sizeof(*s->io[TOP_NOW]));
}

void top_stats__set(struct top_stats *s, size_t row, const struct prof_stat *st)
{
	s->at[TOP_NOW][row] = *st;
}

void top_stats__set_io(struct top_stats *s, size_t row, const struct profile *reading,
		       enum prof_rows of, size_t i)
{
	if (!reading->target.io)
		return;
	for (size_t k = TOP_NOW; !s->io[k] && k <= TOP_BEFORE; k++) {
		for (size_t n = 0; n < s->n;)
			ARR_PUSH(s->io[k], n);
	}
	s->io[TOP_NOW][row] = *profile__io(reading, of, i);
}

void top_stats__keep(struct top_stats *s, enum top_moment moment)
{
	free(s->at[moment]);
	free(s->io[moment]);
	s->at[moment] = arr_copy(s->at[TOP_NOW], s->n, sizeof(*s->at[TOP_NOW]));
	s->io[moment] =
		s->io[TOP_NOW] ? arr_copy(s->io[TOP_NOW], s->n, sizeof(*s->io[TOP_NOW])) : NULL;
}

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static struct top_end end_at(const struct top_stats *s, size_t row, enum top_moment moment)
{
	static const struct prof_stat nothing;
	static const struct prof_ios no_io;

	return (struct top_end){s->at[moment] ? &s->at[moment][row] : &nothing,
				s->io[moment] ? &s->io[moment][row] : &no_io};
}

struct top_ends top_stats__ends(const struct top_stats *s, size_t row, enum top_span span)
{
	static const struct {
		enum top_moment from, to;
	} ends[] = {[TOP_TOTAL] = {TOP_BASE, TOP_NOW},
		    [TOP_LAST] = {TOP_BEFORE, TOP_NOW},
		    [TOP_UNTIL_MARK] = {TOP_BASE, TOP_MARK},
		    [TOP_SINCE_MARK] = {TOP_MARK, TOP_NOW}};

	return (struct top_ends){end_at(s, row, ends[span].from), end_at(s, row, ends[span].to)};
}

struct top_figures top_stats__figures(const struct top_stats *s, size_t row, enum top_span span,
				      const struct prof_clock *clock)
{
	const struct top_ends ends = top_stats__ends(s, row, span);
	const struct prof_stat *from = ends.from.st, *to = ends.to.st;

	return (struct top_figures){
		.calls = (double)minus(to->ncalls, from->ncalls),
		.own_ns = fmax((double)prof_clock__own(clock, to) -
				       (double)prof_clock__own(clock, from),
			       0),
		.cum_ns = fmax((double)prof_clock__cum(clock, to) -
				       (double)prof_clock__cum(clock, from),
			       0),
	};
}
