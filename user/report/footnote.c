/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines around a table. */
#include "report/footnote.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/escape.h"
#include "base/mem.h"
#include "model/bias.h"
#include "model/clock.h"
#include "model/run.h"
#include "report/held.h"
#include "report/order.h"

/* Which of a run's readings it is, and of when. */
static void print_sequence(const struct prof_target *t, FILE *out)
{
	time_t at = t->started_at + (time_t)(t->duration_ns / 1000000000);
	char text[64] = "";
	struct tm tm;

	if (t->sequence && localtime_r(&at, &tm) &&
	    strftime(text, sizeof(text), ", %Y-%m-%d %H:%M:%S %z", &tm))
		fprintf(out, "   Report %" PRIu32 ": after %.3f s%s\n", t->sequence,
			(double)t->duration_ns / 1e9, text);
}

char *report__loss_words(const struct prof_loss *l)
{
	size_t n = strcspn(l->text, " ,");
	bool one = l->count == 1 && n > 2 && l->text[n - 1] == 's';
	bool ies = one && n > 3 && !strncmp(l->text + n - 3, "ies", 3);

	if (!one)
		return xstrdup(l->text);
	return xasprintf("%.*s%s%s", (int)(n - (ies ? 3 : 1)), l->text, ies ? "y" : "",
			 l->text + n);
}

void report__head(const struct profile *p, FILE *out)
{
	print_sequence(&p->target, out);
	for (size_t i = 0; i < p->nlosses; i++) {
		char *words = report__loss_words(&p->losses[i]);
		char *text = escaped(words, ESCAPE_TERMINAL);

		fprintf(out, "   Lost: %" PRIu64 " %s\n", p->losses[i].count, text);
		free(words);
		free(text);
	}
}

struct prof_stat report__sum(const struct profile *p)
{
	struct prof_stat sum = {0};

	for (size_t i = 0; i < p->nfuncs; i++)
		prof_stat__add(&sum, &p->funcs[i].stat);
	return sum;
}

const struct prof_clock *report__clock(const struct profile *p)
{
	return p->target.clock ? prof_clock__find(p->target.clock) : prof_clocks;
}

bool report__is_estimate(const struct report_opts *opts, uint32_t row)
{
	const struct prof_stat *st = &opts->whole->funcs[row].stat;
	bool any = prof_stat__is_estimate_by(st, opts->clock ? opts->clock : prof_clocks);

	for (size_t i = 0; i < opts->nbeside; i++)
		any |= prof_stat__is_estimate_by(st, opts->beside[i]);
	return any;
}

static bool is_corrected(const struct profile *p)
{
	const struct prof_clock *clock = report__clock(p);

	if (!clock || !clock->wall)
		return false;
	/* of several constants, what was taken off is known */
	return p->target.bias.from != PROF_BIAS_NONE || report__sum(p).own_bias_ns;
}

/* By process, number and time. */
static int by_life(const void *a, const void *b)
{
	const struct prof_thread *x = *(const struct prof_thread *const *)a,
				 *y = *(const struct prof_thread *const *)b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

/* Of one thread several readings may have been added up, each from its start on; another of the
 * same number came after its end. */
static size_t threads_counted(const struct profile *p)
{
	const struct prof_thread **v = xcalloc(p->nthreads + 1, sizeof(*v)), *last = NULL;
	size_t n = 0, lives = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		if (p->threads[i].ncalls || p->threads[i].tottime_ns)
			v[n++] = &p->threads[i];
	}
	qsort(v, n, sizeof(*v), by_life);
	for (size_t i = 0; i < n; i++) {
		lives += !last || v[i]->pid != last->pid || v[i]->tid != last->tid ||
			 v[i]->start_ns >= last->end_ns;
		last = v[i];
	}
	free(v);
	return lives;
}

/* What was taken off all times together, and how far off that may be: the same by each clock that
 * it is a part of. */
static void print_taken_off(const struct profile *p, const struct profile *by_wall, FILE *out)
{
	struct prof_stat sum = report__sum(p);
	double off = (double)sum.own_bias_ns, whole = fabs((double)sum.tottime_ns + off);
	double error = profile__bias_error(by_wall);

	fprintf(out, "%.3f s of profiling (%.0f %%) %s", fabs(off) / 1e9,
		whole > 0 ? 100 * fabs(off) / whole : 0, off < 0 ? "put back" : "taken off");
	if (prof_bias__is_measured(&p->target.bias) || error > 0)
		fprintf(out, ", \u00b1 %.3f s", error / 1e9);
}

static void print_times(const struct profile *p, const struct profile *by_wall, FILE *out)
{
	size_t threads = threads_counted(p);

	if (!p->nfuncs || (threads < 2 && !is_corrected(p)))
		return;
	fputs("   Times: ", out);
	if (threads > 1)
		fprintf(out, "%zu threads added up%s", threads, is_corrected(p) ? "; " : "");
	if (is_corrected(p))
		print_taken_off(p, by_wall, out);
	putc('\n', out);
}

/* The share of the time of all threads together, by the wall, that went on waiting for that reason;
 * 0: too little to be told. */
static double share_of(const struct prof_stat *sum, enum prof_reason reason)
{
	double share = sum->tottime_ns > 0
			       ? (double)sum->own_away.reason_ns[reason] / (double)sum->tottime_ns
			       : 0;

	return share >= 0.01 ? share : 0;
}

/* What threads waited for work, in all; 0: too little to be told. */
static double idle_s(const struct profile *p)
{
	int64_t idle = 0, whole = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		idle = prof_ns(idle + p->threads[i].idle_ns);
		whole = prof_ns(whole + p->threads[i].tottime_ns);
	}
	return idle && (double)idle >= 0.01 * (double)whole ? (double)idle / 1e9 : 0;
}

static double stopped_s(const struct prof_stat *sum)
{
	double ns = (double)sum->own_away.reason_ns[PROF_REASON_STOPPED];

	return ns >= 0.01 * (double)sum->tottime_ns ? ns / 1e9 : 0;
}

/* Who follows children stops them, and whoever starts one. */
static void print_stopped(const struct profile *p, const struct prof_stat *sum, FILE *out)
{
	double s = stopped_s(sum);

	if (s > 0)
		fprintf(out,
			"   Stopped: %.0f %% of the time of all threads (%.3f s, added up) they "
			"stood "
			"still%s\n",
			1e11 * s / (double)sum->tottime_ns, s,
			p->nprocesses > 1 ? ", most of it to have its children followed" : "");
}

static const char *const whence[] = {
	[PROF_BIAS_MEASURED] = "measured before the run",
	[PROF_BIAS_STORED] = "measured by 'bpfprof calibrate'",
	[PROF_BIAS_GIVEN] = "as --bias says",
	[PROF_BIAS_SEEN] = "measured before earlier runs",
};

static void print_constants(const struct prof_bias *b, FILE *out)
{
	fprintf(out,
		"   Bias: of each call %.1f ns were taken off its own time and %.1f ns off its "
		"caller's: %s",
		b->inside_ns, b->outside_ns, whence[b->from]);
	if (b->from != PROF_BIAS_GIVEN)
		fprintf(out, ", right to %.1f and %.1f ns", b->inside_error, b->outside_error);
	if (b->factor != 0)
		fprintf(out, "; times %.2f, by the machine's pace in the run", b->factor);
	putc('\n', out);
	if (prof_bias__has_c(b))
		fprintf(out,
			"   Bias of C functions: %.1f ns and %.1f ns, right to %.1f and %.1f ns\n",
			b->c.inside_ns, b->c.outside_ns, b->c.inside_error, b->c.outside_error);
}

/* Calls that no row has: folded ones are in a row of their own. */
static uint64_t hidden_calls(const struct profile *p, const struct report_opts *opts)
{
	return profile__run(opts->whole).ncalls - report__sum(p).ncalls;
}

bool report__of_all(const struct profile *p, const struct report_opts *opts, uint64_t *ncalls,
		    int64_t *ns)
{
	const struct prof_stat run = profile__run(opts->whole);

	*ncalls = run.ncalls;
	*ns = prof_clock__own(opts->clock ? opts->clock : prof_clocks, &run);
	return hidden_calls(p, opts);
}

void report__untold(const struct profile *p, const struct prof_stat *told, const char *row,
		    FILE *out)
{
	const struct prof_stat sum = report__sum(p);
	const uint64_t n = sum.ncalls > told->ncalls ? sum.ncalls - told->ncalls : 0;
	const int64_t ns =
		sum.tottime_ns > told->tottime_ns ? sum.tottime_ns - told->tottime_ns : 0;

	if (100 * (double)n >= (double)sum.ncalls + !n ||
	    100 * (double)ns >= (double)sum.tottime_ns + !ns)
		fprintf(out, "   In no %s: %" PRIu64 " call%s and %.3f s of own time\n", row, n,
			n == 1 ? "" : "s", (double)ns / 1e9);
}

void report__hidden(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	const uint64_t n = hidden_calls(p, opts);

	if (n)
		fprintf(out,
			"   Hidden: %" PRIu64
			" call%s of other functions; their own figures are in no "
			"sum above, but in cumulative ones; --fold gives them to their callers\n",
			n, n == 1 ? "" : "s");
}

static const char *or_unknown(const char *text)
{
	return text ? text : "unknown";
}

/* How it was measured. */
static void print_details(const struct profile *p, FILE *out)
{
	const struct prof_target *t = &p->target;
	char *how = xasprintf("%s, CPython %s, %s", or_unknown(t->backend), or_unknown(t->python),
			      or_unknown(t->interpreter));
	char *safe = escaped(how, ESCAPE_TERMINAL);

	fprintf(out, "   Backend: %s\n", safe);
	if (t->bias.from != PROF_BIAS_NONE)
		print_constants(&t->bias, out);
	else if (report__sum(p).own_bias_ns)
		fputs("   Bias: taken off by constants that are not stored, as functions were left "
		      "out, or those of several runs added up\n",
		      out);
	if (t->clock_error > 0)
		fprintf(out, "   Clock: within %.2g ppm of CLOCK_MONOTONIC\n",
			1e6 * t->clock_error);
	free(how);
	free(safe);
}

void report__foot(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	report__hidden(p, opts, out);
	print_times(p, opts->whole, out);
	report__remarks(p, opts, out);
}

void report__waits(const struct profile *all, FILE *out)
{
	const struct prof_stat sum = profile__run(all);
	const double gil = share_of(&sum, PROF_REASON_GIL);
	const double stw = share_of(&sum, PROF_REASON_STW);

	print_stopped(all, &sum, out);
	if (idle_s(all) > 0)
		fprintf(out, "   Idle: threads waited %.3f s for work, in queues and pools\n",
			idle_s(all));
	if (gil > 0)
		fprintf(out,
			"   GIL: %.0f %% of the time of all threads was spent waiting for it\n",
			100 * gil);
	if (gil > 0 && held__is_known(all))
		held__print(all, out);
	if (stw > 0)
		fprintf(out,
			"   STW: %.0f %% of the time of all threads was spent in stops of them "
			"all\n",
			100 * stw);
}

void report__remarks(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	report__waits(opts->whole, out);
	for (size_t i = 0; i < p->nnotes; i++) {
		char *text = escaped(p->notes[i], ESCAPE_TERMINAL);

		fprintf(out, "   Note: %s\n", text);
		free(text);
	}
	if (opts->verbose)
		print_details(p, out);
}

size_t report__lines_around(const struct profile *p, const struct report_opts *opts)
{
	const struct profile *all = opts->whole;
	const struct prof_stat sum = profile__run(all);
	size_t gil = share_of(&sum, PROF_REASON_GIL) > 0 ? 1 + held__is_known(all) : 0;

	return (p->target.sequence != 0) + p->nlosses + (hidden_calls(p, opts) != 0) + 1 +
	       (stopped_s(&sum) > 0) + (idle_s(all) > 0) + gil +
	       (share_of(&sum, PROF_REASON_STW) > 0) + p->nnotes + (opts->verbose ? 3 : 0);
}
