/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One array a moment. */
#include "live/top_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define MOMENTS 4

static struct prof_stat **moment(struct top_stats *s, size_t i)
{
	struct prof_stat **const all[MOMENTS] = {&s->now, &s->before, &s->base, &s->mark};

	return all[i];
}

void top_stats__free(struct top_stats *s)
{
	for (size_t i = 0; i < MOMENTS; i++)
		free(*moment(s, i));
}

size_t top_stats__add(struct top_stats *s)
{
	for (size_t i = 0; i < MOMENTS; i++) {
		if (*moment(s, i) || i < 2)
			*moment(s, i) = arr_grow(*moment(s, i), s->n, sizeof(struct prof_stat));
	}
	return s->n++;
}

struct top_stats top_stats__like(const struct top_stats *s, size_t n)
{
	struct top_stats as = *s, like = {.n = n};

	for (size_t i = 0; i < MOMENTS; i++) {
		if (*moment(&as, i))
			*moment(&like, i) = xcalloc(n, sizeof(struct prof_stat));
	}
	return like;
}

void top_stats__sum(struct top_stats *to, size_t row, const struct top_stats *from, size_t at)
{
	struct top_stats as = *from;

	for (size_t i = 0; i < MOMENTS; i++) {
		if (*moment(&as, i))
			prof_stat__add(&(*moment(to, i))[row], &(*moment(&as, i))[at]);
	}
}

void top_stats__turn(struct top_stats *s, size_t in_reading)
{
	struct prof_stat *was = s->before;

	s->before = s->now;
	s->now = was;
	if (in_reading < s->n)
		memcpy(s->now, s->before, s->n * sizeof(*s->now));
}

static void keep(struct prof_stat **moment, const struct top_stats *s)
{
	free(*moment);
	*moment = arr_copy(s->now, s->n, sizeof(*s->now));
}

void top_stats__reset(struct top_stats *s)
{
	keep(&s->base, s);
}

void top_stats__mark(struct top_stats *s)
{
	keep(&s->mark, s);
}

static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

struct top_ends top_stats__ends(const struct top_stats *s, size_t row, enum top_span span)
{
	static const struct prof_stat nothing;
	const struct top_ends ends[] = {
		{s->base, s->now}, {s->before, s->now}, {s->base, s->mark}, {s->mark, s->now}};

	return (struct top_ends){ends[span].from ? &ends[span].from[row] : &nothing,
				 ends[span].to ? &ends[span].to[row] : &nothing};
}

struct top_figures top_stats__figures(const struct top_stats *s, size_t row, enum top_span span,
				      const struct prof_clock *clock)
{
	const struct top_ends ends = top_stats__ends(s, row, span);
	const struct prof_stat *from = ends.from, *to = ends.to;

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
