/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The columns: what is in them, and how it is written. */
#include <math.h>
#include <stdio.h>

#include "live/top_state.h"

/* 0, 7.3, 123, 12.3k, 1.23M */
static void print_rate(double v, char text[16])
{
	static const char units[] = " kMGTP";
	int unit = 0;

	while (fabs(v) >= 999.5 && units[unit + 1]) {
		v /= 1000;
		unit++;
	}
	if (unit)
		snprintf(text, 16, "%.*f%c", fabs(v) < 9.995 ? 2 : fabs(v) < 99.95, v, units[unit]);
	else
		snprintf(text, 16, "%.*f", v > 0 && v < 9.95, v);
}

/* All digits where there is room. */
static void print_count(double v, char text[16])
{
	if (v < 1e10)
		snprintf(text, 16, "%.0f", v);
	else
		print_rate(v, text);
}

static void print_percent(double v, char text[16])
{
	snprintf(text, 16, "%.*f", v < 999.95, v);
}

static void print_change(double v, char text[16])
{
	snprintf(text, 16, v != 0 ? "%+.*f" : "=", fabs(v) < 999.95, v);
}

static void print_seconds(double ns, char text[16])
{
	double s = ns / 1e9;

	snprintf(text, 16, "%.*f", s < 999.9995 ? 3 : s < 99999.95 ? 1 : 0, s);
}

/* 123ns, 1.23us, 12.3ms, 1.23s */
static void print_each(double ns, char text[16])
{
	static const char *const units[] = {"ns", "us", "ms", "s"};
	int unit = 0;

	while (ns >= 999.5 && unit < 3) {
		ns /= 1000;
		unit++;
	}
	snprintf(text, 16, "%.*f%s", unit && ns < 99.95 ? 1 + (ns < 9.995) : 0, ns, units[unit]);
}

static double rate(const struct top_row *r, enum top_span span)
{
	const struct top_figures *f = &r->figures[span];

	return f->seconds > 0 ? f->calls / f->seconds : 0;
}

static double percent(const struct top_row *r, enum top_span span, double ns)
{
	const struct top_figures *f = &r->figures[span];

	return f->seconds > 0 ? ns / 1e7 / f->seconds : 0;
}

static double own_share(const struct top_row *r, enum top_span span)
{
	return percent(r, span, r->figures[span].own_ns);
}

static double cum_share(const struct top_row *r, enum top_span span)
{
	return percent(r, span, r->figures[span].cum_ns);
}

/* The three parts of own time are known of the last interval alone. */
static double cpu_share(const struct top_row *r, enum top_span span)
{
	return percent(r, span, r->cpu_ns);
}

static double blocked_share(const struct top_row *r, enum top_span span)
{
	return percent(r, span, r->blocked_ns);
}

static double runnable_share(const struct top_row *r, enum top_span span)
{
	return percent(r, span, r->runnable_ns);
}

static double calls(const struct top_row *r, enum top_span span)
{
	return r->figures[span].calls;
}

static double own(const struct top_row *r, enum top_span span)
{
	return r->figures[span].own_ns;
}

static double cumulative(const struct top_row *r, enum top_span span)
{
	return r->figures[span].cum_ns;
}

/* NAN where there is no such thing. */
static double own_each(const struct top_row *r, enum top_span span)
{
	return calls(r, span) > 0 ? own(r, span) / calls(r, span) : NAN;
}

static double cum_each(const struct top_row *r, enum top_span span)
{
	return calls(r, span) > 0 ? cumulative(r, span) / calls(r, span) : NAN;
}

/* Of a span, to the one before the mark. */
static double own_change(const struct top_row *r, enum top_span span)
{
	double change = own_share(r, span) - own_share(r, TOP_UNTIL_MARK);

	return fabs(change) < 0.05 ? 0 : change; /* what is not shown does not sort */
}

double top_column_value(const struct top_column *c, const struct top_row *r)
{
	return c->value(r, c->span);
}

/* The name's column stands last, and has no figure. */
static const struct top_column usual[] = {
	{"calls/s", 7, 0, "calls a second, in the last interval", TOP_LAST, rate, print_rate},
	{"own%", 6, 0, "own time in it, in percent of the interval", TOP_LAST, own_share,
	 print_percent},
	{"cum%", 6, 0, "the same with all that was called", TOP_LAST, cum_share, print_percent},
	{"cpu%", 6, 120, "of own%, what was on a CPU", TOP_LAST, cpu_share, print_percent},
	{"blkd%", 6, 120, "of own%, what was blocked: in I/O, asleep, for a lock", TOP_LAST,
	 blocked_share, print_percent},
	{"rnbl%", 6, 120, "of own%, what waited for a CPU", TOP_LAST, runnable_share,
	 print_percent},
	{"calls", 10, 0, "calls since the start or the last reset, exactly", TOP_TOTAL, calls,
	 print_count},
	{"own", 7, 0, "own time since then, in seconds", TOP_TOTAL, own, print_seconds},
	{"cum", 7, 0, "the same with all that was called", TOP_TOTAL, cumulative, print_seconds},
	{"own/call", 8, 90, "own time of a call, on average", TOP_TOTAL, own_each, print_each},
	{"cum/call", 8, 100, "the same with all that was called", TOP_TOTAL, cum_each, print_each},
	{"function", 0, 0, "its name, file and first line", TOP_TOTAL, NULL, NULL},
};

static const struct top_column compared[] = {
	{"calls/s", 7, 0, "calls a second, in the last interval", TOP_LAST, rate, print_rate},
	{"then/s", 7, 0, "calls a second, before the mark", TOP_UNTIL_MARK, rate, print_rate},
	{"since/s", 7, 0, "calls a second, since the mark", TOP_SINCE_MARK, rate, print_rate},
	{"own%then", 8, 0, "own time before the mark, in percent of that", TOP_UNTIL_MARK,
	 own_share, print_percent},
	{"since", 7, 0, "own time since the mark, likewise", TOP_SINCE_MARK, own_share,
	 print_percent},
	{"change", 8, 0, "the difference of these two", TOP_SINCE_MARK, own_change, print_change},
	{"function", 0, 0, "its name, file and first line", TOP_TOTAL, NULL, NULL},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

const struct top_column *top_columns(const struct top_state *s, unsigned int *n)
{
	*n = s->comparing ? COUNT(compared) : COUNT(usual);
	return s->comparing ? compared : usual;
}
