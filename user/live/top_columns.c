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

/* What of reads and writes, or coroutines, came in the span: NAN of a thread or block. */
static double more(const struct top_row *r, enum top_span span,
		   double (*of)(const struct top_end *e))
{
	const struct top_ends ends = top_stats__ends(r->stats, r->at, span);

	if (r->kind == TOP_THREAD || r->kind == TOP_BLOCK)
		return NAN;
	return fmax(of(&ends.to) - of(&ends.from), 0);
}

static double more_a_second(const struct top_row *r, enum top_span span,
			    double (*of)(const struct top_end *e))
{
	const double seconds = r->figures[span].seconds;

	return seconds > 0 ? more(r, span, of) / seconds : 0;
}

/* A figure in all, and of each second. */
#define FIGURE(name, expression)                                                                   \
	static double name##_of(const struct top_end *e)                                           \
	{                                                                                          \
		return (double)(expression);                                                       \
	}                                                                                          \
	static double name(const struct top_row *r, enum top_span span)                            \
	{                                                                                          \
		return more(r, span, name##_of);                                                   \
	}
#define FIGURE_AND_RATE(name, expression)                                                          \
	FIGURE(name, expression)                                                                   \
	static double name##_a_second(const struct top_row *r, enum top_span span)                 \
	{                                                                                          \
		return more_a_second(r, span, name##_of);                                          \
	}

FIGURE_AND_RATE(reads, prof_io__reads(&e->io->own))
FIGURE_AND_RATE(writes, prof_io__writes(&e->io->own))
FIGURE_AND_RATE(bytes_read, prof_io__read(&e->io->own))
FIGURE_AND_RATE(bytes_written, prof_io__written(&e->io->own))
FIGURE(cum_bytes_read, prof_io__read(&e->io->cum))
FIGURE(cum_bytes_written, prof_io__written(&e->io->cum))
FIGURE(failed, e->io->own.failed)
FIGURE_AND_RATE(ended, e->st->life.ended)
FIGURE(raised, e->st->life.raised)
FIGURE(elapsed, e->st->life.elapsed_ns)
FIGURE(running, e->st->life.running_ns)
FIGURE(awaiting, e->st->life.awaiting_ns)
FIGURE(in_task, e->st->life.in_task_ns)
FIGURE(in_gather, e->st->life.in_gather_ns)
FIGURE(in_future, e->st->life.in_future_ns)
FIGURE(in_sleep, e->st->life.in_sleep_ns)
FIGURE(in_executor, e->st->life.in_executor_ns)

/* Now, whatever the span. */
static double coroutines_open(const struct top_row *r, enum top_span span)
{
	if (r->kind == TOP_THREAD || r->kind == TOP_BLOCK)
		return NAN;
	return (double)prof_life__open(&top_stats__ends(r->stats, r->at, span).to.st->life);
}

static double elapsed_each(const struct top_row *r, enum top_span span)
{
	return ended(r, span) > 0 ? elapsed(r, span) / ended(r, span) : NAN;
}

/* The name's column stands last, and has no figure. */
static const struct top_column usual[] = {
	{"calls/s", 7, 0, "calls a second, in the last interval", TOP_LAST, rate, print_rate},
	{"own%", 6, 0, "own time in it, in percent of the interval", TOP_LAST, own_share,
	 print_percent},
	{"cum%", 6, 0, "the same with all that was called", TOP_LAST, cum_share, print_percent},
	{"cpu%", 6, 120, "own time on a CPU, whatever the clock (c)", TOP_LAST, cpu_share,
	 print_percent},
	{"blkd%", 6, 120, "own time blocked: in I/O, asleep, for a lock", TOP_LAST, blocked_share,
	 print_percent},
	{"rnbl%", 6, 120, "own time that waited for a CPU", TOP_LAST, runnable_share,
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

static const struct top_column of_io[] = {
	{"reads/s", 7, 0, "reads a second, in the last interval", TOP_LAST, reads_a_second,
	 print_rate},
	{"read B/s", 9, 0, "their bytes, k: 1000", TOP_LAST, bytes_read_a_second, print_rate},
	{"writes/s", 8, 0, "writes a second", TOP_LAST, writes_a_second, print_rate},
	{"writ B/s", 9, 0, "their bytes", TOP_LAST, bytes_written_a_second, print_rate},
	{"reads", 8, 100, "reads since the start or the last reset", TOP_TOTAL, reads, print_count},
	{"read", 7, 0, "their bytes", TOP_TOTAL, bytes_read, print_rate},
	{"writes", 8, 100, "writes since then", TOP_TOTAL, writes, print_count},
	{"written", 7, 0, "their bytes", TOP_TOTAL, bytes_written, print_rate},
	{"failed", 6, 120, "of these, calls that failed", TOP_TOTAL, failed, print_rate},
	{"cum read", 8, 90, "bytes read by it and all that it called", TOP_TOTAL, cum_bytes_read,
	 print_rate},
	{"cum writ", 8, 90, "bytes written, likewise", TOP_TOTAL, cum_bytes_written, print_rate},
	{"function", 0, 0, "its name, file and first line", TOP_TOTAL, NULL, NULL},
};

static const struct top_column of_coroutines[] = {
	{"ended/s", 7, 0, "coroutines that end, a second, in the last interval", TOP_LAST,
	 ended_a_second, print_rate},
	{"open", 7, 0, "those that have begun and not ended", TOP_TOTAL, coroutines_open,
	 print_count},
	{"ended", 9, 0, "those that ended since the start or the last reset", TOP_TOTAL, ended,
	 print_count},
	{"raised", 7, 90, "of these, those that an exception left", TOP_TOTAL, raised, print_count},
	{"elapsed", 7, 0, "from their start to their end, in seconds", TOP_TOTAL, elapsed,
	 print_seconds},
	{"each", 7, 0, "of each, on average", TOP_TOTAL, elapsed_each, print_each},
	{"running", 7, 0, "of it, running, in seconds", TOP_TOTAL, running, print_seconds},
	{"awaiting", 8, 90, "of it, in another coroutine", TOP_TOTAL, awaiting, print_seconds},
	{"in task", 7, 120, "of it, in a task", TOP_TOTAL, in_task, print_seconds},
	{"gather", 7, 120, "of it, in what asyncio.gather returns", TOP_TOTAL, in_gather,
	 print_seconds},
	{"future", 7, 120, "of it, in another future", TOP_TOTAL, in_future, print_seconds},
	{"sleep", 7, 120, "of it, in asyncio.sleep's timer", TOP_TOTAL, in_sleep, print_seconds},
	{"executor", 8, 120, "of it, in an executor", TOP_TOTAL, in_executor, print_seconds},
	{"function", 0, 0, "its name, file and first line", TOP_TOTAL, NULL, NULL},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

_Static_assert(COUNT(usual) <= TOP_COLUMNS && COUNT(compared) <= TOP_COLUMNS &&
		       COUNT(of_io) <= TOP_COLUMNS && COUNT(of_coroutines) <= TOP_COLUMNS,
	       "rows have room for the values of all columns");

static const struct {
	const struct top_column *columns;
	unsigned int n, sort, below; /* by which it is sorted at first, and so in a tree */
	const char *of;
} sets[] = {
	[TOP_TIMES] = {usual, COUNT(usual), 1, 2, NULL},
	[TOP_COMPARED] = {compared, COUNT(compared), 5, 5, NULL},
	[TOP_IO] = {of_io, COUNT(of_io), 1, 1, "reads and writes"},
	[TOP_COROUTINES] = {of_coroutines, COUNT(of_coroutines), 4, 4, "coroutines"},
};

const struct top_column *top_columns(const struct top_state *s, unsigned int *n)
{
	*n = sets[s->set].n;
	return sets[s->set].columns;
}

unsigned int top_columns__sort(const struct top_state *s)
{
	return s->npath && s->tree ? sets[s->set].below : sets[s->set].sort;
}

const char *top_columns__of(const struct top_state *s)
{
	return sets[s->set].of;
}

const char *top_columns__lack(const struct top_model *m, enum top_set set)
{
	const struct {
		bool is_there;
		const char *why_not;
	} lacks[] = {
		[TOP_TIMES] = {true, NULL},
		[TOP_COMPARED] = {m->marked, "Set a mark first: m"},
		[TOP_IO] = {m->io, "Reads and writes are not counted: start top with --io"},
		[TOP_COROUTINES] = {m->coroutines,
				    "Coroutines are not timed: start top with --coroutines"},
	};

	return lacks[set].is_there ? NULL : lacks[set].why_not;
}
