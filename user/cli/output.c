/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writes a report to its file or to stdout, whole or not at all. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/redraw.h"
#include "cli/remarks.h"
#include "cli/source.h"
#include "cli/unwritten.h"
#include "model/bias.h"
#include "model/paths.h"
#include "model/untold.h"
#include "report/filter.h"

int output__open(struct output *out, const struct opts *o)
{
	*out = (struct output){.o = o, .to = xcalloc(o->ntargets, sizeof(*out->to))};
	for (size_t i = 0; i < o->ntargets; i++) {
		const struct target *t = &o->targets[i];

		if (!t->path && t->report->binary && isatty(STDOUT_FILENO))
			return err("-f %s: is not for a terminal; give a file with -o",
				   t->report->name);
		if (dest__open(&out->to[out->nto++].dest, t->path))
			return -1;
	}
	return 0;
}

void output__close(struct output *out)
{
	for (size_t i = 0; i < out->nto; i++) {
		dest__close(&out->to[i].dest);
		streamed__free(&out->to[i].stream);
	}
	free(out->to);
}

/* The profile with the bias that is asked for taken off, a copy. */
static struct profile *corrected(const struct opts *o, const struct profile *p)
{
	struct profile *to = profile__copy(p);

	if (o->bias != BIAS_AUTO)
		profile__uncorrect(to);
	if (o->bias == BIAS_OFF)
		to->target.bias = (struct prof_bias){0};
	else if (o->bias == BIAS_GIVEN)
		to->target.bias = (struct prof_bias){
			.from = PROF_BIAS_GIVEN,
			.inside_ns = o->bias_ns,
			.outside_ns = o->bias_ns,
			.c = {.inside_ns = o->bias_ns, .outside_ns = o->bias_ns}};
	profile__correct(to);
	return to;
}

/* What of the run is to be shown: another profile, or where nothing is left out the run's own.
 * Whose a function is, and what it is called in full, is told by its whole path. */
static struct profile *left(const struct opts *o, struct profile *run)
{
	const struct filter f = {.only = o->only,
				 .except = o->except,
				 .nonly = o->nonly,
				 .nexcept = o->nexcept,
				 .no_builtins = o->no_builtins,
				 .mine = o->mine,
				 .fold = o->fold};
	struct profile *some = profile__filtered(run, &f), *to = some ? some : run;

	if (o->strip_dirs) {
		to = profile__strip_dirs(to);
		profile__free(some);
	}
	if (o->fold_recursion)
		paths__fold_recursion(to);
	return to;
}

struct profile *output__shown(const void *opts, const struct profile *p)
{
	const struct opts *o = opts;
	struct profile *run = alike__make(&o->alike, corrected(o, p)), *to = left(o, run);

	if (to != run)
		profile__free(run);
	return to;
}

/* What was measured is stored whole. Of a stored one, where rows were left out, or made one of
 * several, what profiling added could not be told of them again. */
struct profile *output__stored(const void *opts, const struct profile *p)
{
	const struct opts *o = opts;
	struct profile *shown;

	if (!o->stored)
		return corrected(o, p);
	shown = output__shown(o, p);

	if (shown->is_part || o->strip_dirs || o->fold_recursion)
		profile__settle(shown);
	return shown;
}

struct profile *output__streamed(const void *opts, const struct profile *p)
{
	struct profile *shown = output__stored(opts, p);

	if (shown->npaths)
		profile__settle(shown);
	return shown;
}

static struct profile *to_show(const struct opts *o, const struct target *t,
			       const struct profile *p)
{
	if (t->report == report__by_name("json"))
		return output__stored(o, p);
	return t->report == report__by_name("ndjson") ? output__streamed(o, p)
						      : profile__note_untold(output__shown(o, p));
}

/* As https://no-color.org has it. */
static bool wants_colours(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") != 0;
}

/* Rows are cut to the terminal's height where the report goes there. */
static void fit_terminal(const struct target *t, struct report_opts *ro)
{
	struct winsize w;

	if (t->path || !isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &w))
		return;
	ro->screen.lines = w.ws_row;
	ro->screen.columns = w.ws_col;
	ro->colours = wants_colours();
}

static int render_to(const struct opts *o, const struct target *t, const struct profile *p,
		     FILE *out)
{
	struct profile *shown = to_show(o, t, p);
	struct profile *baseline = o->baseline ? output__shown(o, o->baseline) : NULL;
	const struct prof_clock **clocks = o->clocks;
	struct report_opts ro = {.sort = o->sort,
				 .nsort = o->nsort,
				 .reverse = o->reverse,
				 .restrictions = o->restrictions,
				 .nrestrictions = o->nrestrictions,
				 .clock = clocks ? *clocks : NULL,
				 .beside = clocks ? clocks + 1 : NULL,
				 .nbeside = clocks ? o->nclocks - 1 : 0,
				 .changes = o->changes,
				 .baseline = baseline,
				 .baseline_scale = o->baseline_scale,
				 .source = o->no_source ? NULL : sources__of,
				 .sources = sources__new(),
				 .hist = o->hist,
				 .depth = o->depth,
				 .min_percent = o->min_percent,
				 .verbose = o->verbose};
	int status;

	fit_terminal(t, &ro);
	status = report__write(t->report, shown, &ro, out);
	ro.clock = NULL;
	/* nobody chose: functions, then the blocks that the program names */
	if (!status && !o->format && t->report == reports && p->nblocks)
		status = report__write(report__by_name("tracks"), shown, &ro, out);
	sources__free(ro.sources);
	profile__free(shown);
	profile__free(baseline);
	return status;
}

static char *render(const struct opts *o, const struct target *t, const struct profile *p,
		    size_t *size)
{
	char *buf = NULL;
	FILE *mem = open_memstream(&buf, size);
	int status = mem ? render_to(o, t, p, mem) : -1;
	int error = errno;

	if (mem && fclose(mem) && !status)
		status = -1;
	if (!status)
		return buf;
	free(buf);
	errno = error;
	return NULL;
}

char *output__render(const void *opts, const char *format, const struct profile *p, size_t *size)
{
	const struct target to = {.path = "", .report = report__by_name(format)};

	return render(opts, &to, p, size);
}

/* The profile as JSON in a new file of the first directory that takes it. */
static int store_anywhere(const struct profile *p)
{
	const char *dirs[] = {getenv("TMPDIR"), "/var/tmp", "/tmp", "/dev/shm", "."};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		char *path = dirs[i] ? xasprintf("%s/bpfprof-XXXXXX.json", dirs[i]) : NULL;
		int fd = path ? mkostemps(path, 5, O_CLOEXEC) : -1;
		FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
		struct report_opts none = {0};
		bool ok = f && !report__write(report__by_name("json"), p, &none, f);

		if (f && fclose(f))
			ok = false;
		if (ok)
			err("the profile went to %s; print it with 'bpfprof report %s'", path,
			    path);
		else if (fd >= 0)
			unlink(path);
		free(path);
		if (ok)
			return 0;
	}
	return err("the profile could not be stored anywhere: no temporary directory takes it");
}

int output__rescue(const struct opts *o, const struct profile *measured)
{
	struct profile *p = corrected(o, measured);
	int status = store_anywhere(p);

	profile__free(p);
	return status;
}

/* Once. */
static void remark(struct output *out, const struct profile *p)
{
	if (!out->told)
		remarks__print(out->o, p);
	out->told = true;
}

bool output__is_terminal(const struct output *out)
{
	for (size_t i = 0; i < out->nto; i++) {
		if (!out->o->targets[i].path)
			return isatty(STDOUT_FILENO);
	}
	return false;
}

static int write_report(struct output *out, size_t i, const struct profile *p, bool last,
			int stop_fd)
{
	size_t size = 0;
	char *buf = render(out->o, &out->o->targets[i], p, &size);
	int error = buf ? 0 : -errno;

	if (buf && out->redraw && !out->o->targets[i].path) {
		buf = redraw(STDOUT_FILENO, buf, &size, !out->begun, last);
		out->begun = true;
	}
	if (buf)
		error = dest__write(&out->to[i].dest, buf, size, stop_fd);
	free(buf);
	return error;
}

int output__write(struct output *out, const struct profile *p)
{
	int status = 0;

	for (size_t i = 0; i < out->nto; i++) {
		int error = write_report(out, i, p, true, -1);

		if (error)
			status = unwritten__explain(out->o, &out->o->targets[i], p, error);
	}
	if (!status)
		remark(out, p);
	return status;
}

/* Of the readings of a run, each with what happened since the one before. */
static bool is_streamed(const struct output *out, size_t i)
{
	return out->o->targets[i].report == report__by_name("ndjson");
}

static int write_reading(struct output *out, size_t i, const struct profile *p, bool last,
			 int stop_fd)
{
	struct output_to *to = &out->to[i];

	if (!is_streamed(out, i))
		return write_report(out, i, p, last, stop_fd);
	return streamed__write(&to->stream, out->o, p, last, &to->dest, stop_fd);
}

/* A stream goes on after an error: what it missed comes with the next reading. */
static int tell_stuck(struct output *out, size_t i, int error)
{
	struct output_to *to = &out->to[i];
	const char *path = out->o->targets[i].path;

	if (!to->stuck)
		err("cannot write %s for now: %s; what happens meanwhile comes with the next tick "
		    "that it takes",
		    path ? path : "the report", strerror(-error));
	to->stuck = true;
	return 0;
}

/* A run that a signal ended before there was anything to measure, which is said, leaves the file of
 * an earlier one. */
static bool spares(const struct output *out, size_t i, const struct profile *p)
{
	if (!out->ended_by || !*out->ended_by || out->to[i].written)
		return false;
	return unwritten__spares(&out->to[i].dest, p);
}

/* One target of a measurement. What cannot be written is said, and lost is true where it was worth
 * keeping. */
static int sink_one(struct output *out, size_t i, const struct profile *p, bool last, int stop_fd,
		    bool *lost)
{
	int error = last && spares(out, i, p) ? 0 : write_reading(out, i, p, last, stop_fd);

	out->to[i].written |= !error;
	if (!error)
		out->to[i].stuck = false;
	if (!last && error == -ENODATA)
		return 0; /* there may be something the next time */
	if (!last && error && error != -EPIPE && error != -ECANCELED && is_streamed(out, i))
		return tell_stuck(out, i, error);
	if (!last || !error || error == -EPIPE)
		return error;
	unwritten__explain(out->o, &out->o->targets[i], p, error);
	*lost = true;
	return error;
}

/* -EPIPE: all readers are gone; 0: some are not. */
static int who_is_left(struct output *out)
{
	size_t gone = 0;

	for (size_t i = 0; i < out->nto; i++)
		gone += out->to[i].gone;
	return gone == out->nto ? -EPIPE : 0;
}

static void tell_gone(struct output *out, size_t i)
{
	const char *path = out->o->targets[i].path;

	out->to[i].gone = true;
	if (!who_is_left(out))
		err("%s: its reader is gone; the other reports are written to the end",
		    path ? path : "stdout");
}

int output__sink(void *arg, const struct profile *p, bool last, int stop_fd)
{
	struct output *out = arg;
	bool lost = false;
	int status = 0;

	for (size_t i = 0; i < out->nto; i++) {
		int error = out->to[i].gone ? 0 : sink_one(out, i, p, last, stop_fd, &lost);

		if (error == -EPIPE)
			tell_gone(out, i);
		else if (!status)
			status = error;
	}
	if (!status)
		status = who_is_left(out);
	if (lost && (p->nfuncs || p->nblocks))
		output__rescue(out->o, p);
	if (last && !status)
		remark(out, p);
	return status;
}
