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

static double per_second(const struct top_row *r, enum top_span span)
{
	const struct top_figures *f = &r->figures[span];

	return f->seconds > 0 ? f->calls / f->seconds : 0;
}

static double percent(const struct top_row *r, enum top_span span, double ns)
{
	const struct top_figures *f = &r->figures[span];

	return f->seconds > 0 ? ns / 1e7 / f->seconds : 0;
}

static double rate_last(const struct top_row *r)
{
	return per_second(r, TOP_LAST);
}

static double own_last(const struct top_row *r)
{
	return percent(r, TOP_LAST, r->figures[TOP_LAST].own_ns);
}

static double cum_last(const struct top_row *r)
{
	return percent(r, TOP_LAST, r->figures[TOP_LAST].cum_ns);
}

static double cpu_last(const struct top_row *r)
{
	return percent(r, TOP_LAST, r->cpu_ns);
}

static double blocked_last(const struct top_row *r)
{
	return percent(r, TOP_LAST, r->blocked_ns);
}

static double runnable_last(const struct top_row *r)
{
	return percent(r, TOP_LAST, r->runnable_ns);
}

static double calls(const struct top_row *r)
{
	return r->figures[TOP_TOTAL].calls;
}

static double own(const struct top_row *r)
{
	return r->figures[TOP_TOTAL].own_ns;
}

static double cumulative(const struct top_row *r)
{
	return r->figures[TOP_TOTAL].cum_ns;
}

/* NAN where there is no such thing. */
static double own_each(const struct top_row *r)
{
	return r->figures[TOP_TOTAL].calls > 0 ? own(r) / calls(r) : NAN;
}

static double cum_each(const struct top_row *r)
{
	return r->figures[TOP_TOTAL].calls > 0 ? cumulative(r) / calls(r) : NAN;
}

static double rate_then(const struct top_row *r)
{
	return per_second(r, TOP_UNTIL_MARK);
}

static double rate_since(const struct top_row *r)
{
	return per_second(r, TOP_SINCE_MARK);
}

static double own_then(const struct top_row *r)
{
	return percent(r, TOP_UNTIL_MARK, r->figures[TOP_UNTIL_MARK].own_ns);
}

static double own_since(const struct top_row *r)
{
	return percent(r, TOP_SINCE_MARK, r->figures[TOP_SINCE_MARK].own_ns);
}

static double own_change(const struct top_row *r)
{
	double change = own_since(r) - own_then(r);

	return fabs(change) < 0.05 ? 0 : change; /* what is not shown does not sort */
}

/* The name's column stands last, and has no figure. */
static const struct top_column usual[] = {
	{"calls/s", 7, 0, "calls a second, in the last interval", rate_last, print_rate},
	{"own%", 6, 0, "own time in it, in percent of the interval", own_last, print_percent},
	{"cum%", 6, 0, "the same with all that was called", cum_last, print_percent},
	{"cpu%", 6, 120, "of own%, what was on a CPU", cpu_last, print_percent},
	{"blkd%", 6, 120, "of own%, what was blocked: in I/O, asleep, for a lock", blocked_last,
	 print_percent},
	{"rnbl%", 6, 120, "of own%, what waited for a CPU", runnable_last, print_percent},
	{"calls", 10, 0, "calls since the start or the last reset, exactly", calls, print_count},
	{"own", 7, 0, "own time since then, in seconds", own, print_seconds},
	{"cum", 7, 0, "the same with all that was called", cumulative, print_seconds},
	{"own/call", 8, 90, "own time of a call, on average", own_each, print_each},
	{"cum/call", 8, 100, "the same with all that was called", cum_each, print_each},
	{"function", 0, 0, "its name, file and first line", NULL, NULL},
};

static const struct top_column compared[] = {
	{"calls/s", 7, 0, "calls a second, in the last interval", rate_last, print_rate},
	{"then/s", 7, 0, "calls a second, before the mark", rate_then, print_rate},
	{"since/s", 7, 0, "calls a second, since the mark", rate_since, print_rate},
	{"own%then", 8, 0, "own time before the mark, in percent of that", own_then, print_percent},
	{"since", 7, 0, "own time since the mark, likewise", own_since, print_percent},
	{"change", 8, 0, "the difference of these two", own_change, print_change},
	{"function", 0, 0, "its name, file and first line", NULL, NULL},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

const struct top_column *top_columns(const struct top_state *s, unsigned int *n)
{
	*n = s->comparing ? COUNT(compared) : COUNT(usual);
	return s->comparing ? compared : usual;
}
