/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rows of the option table, and what reads the value of each. */
#include "cli/optrows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backend/capture.h"
#include "base/log.h"
#include "base/mem.h"
#include "model/clock.h"

int option__bad(const struct option_row *row, const char *value, const char *want)
{
	return err("--%s %s: not %s; see 'bpfprof --help'", row->name, value, want);
}

static int parse_flag(struct opts *o, const struct option_row *row, const char *value)
{
	(void)value;
	*(bool *)((char *)o + row->field) = true;
	return 0;
}

static int parse_string(struct opts *o, const struct option_row *row, const char *value)
{
	*(const char **)((char *)o + row->field) = row->fixed ? row->fixed : value;
	return 0;
}

static int parse_uint(struct opts *o, const struct option_row *row, const char *value)
{
	unsigned long n, most = row->most ? row->most : 1u << 30;
	char *end, want[64];

	errno = 0;
	n = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || !n || n > most) {
		snprintf(want, sizeof(want), "a number from 1 to %lu", most);
		return option__bad(row, value, want);
	}
	*(unsigned int *)((char *)o + row->field) = n;
	return 0;
}

static int parse_pid(struct opts *o, const struct option_row *row, const char *value)
{
	if (o->npids && !(row->commands & CMD_PROFILE))
		return err("--%s %s: given twice; one process is looked at", row->name, value);
	if (parse_uint(o, row, value))
		return -1;
	*ARR_PUSH(o->pids, o->npids) = o->pid;
	o->pid = o->pids[0];
	return 0;
}

static int parse_seconds(struct opts *o, const struct option_row *row, const char *value)
{
	char *end;
	double s = strtod(value, &end);

	if (end == value || *end || !(s > 0) || s > 1e6)
		return option__bad(row, value, "a number of seconds above 0, up to 1000000");
	*(double *)((char *)o + row->field) = s;
	return 0;
}

static int parse_percent(struct opts *o, const struct option_row *row, const char *value)
{
	char *end;
	double percent = strtod(value, &end);

	if (end == value || (*end && strcmp(end, "%")) || !(percent >= 0 && percent <= 100))
		return option__bad(row, value, "a percentage from 0 to 100");
	*(double *)((char *)o + row->field) = percent;
	return 0;
}

static int parse_sort(struct opts *o, const struct option_row *row, const char *value)
{
	char *copy = xstrdup(value), *save = NULL;
	int status = 0;

	for (char *w = strtok_r(copy, ",", &save); w && !status; w = strtok_r(NULL, ",", &save)) {
		const char *key = sort_key__resolve(w);

		if (key)
			*ARR_PUSH(o->sort, o->nsort) = key;
		else
			status = err("-s %s: unknown or ambiguous sort key; one of %s", w,
				     sort_key__list());
	}
	free(copy);
	return status || o->nsort ? status : option__bad(row, value, "a sort key");
}

static int parse_clock(struct opts *o, const struct option_row *row, const char *value)
{
	char *copy = xstrdup(value), *save = NULL;
	int status = 0;

	o->nclocks = 0;
	for (char *w = strtok_r(copy, ",", &save); w && !status; w = strtok_r(NULL, ",", &save)) {
		const struct prof_clock *clock = prof_clock__find(w);

		if (clock)
			*ARR_PUSH(o->clocks, o->nclocks) = clock;
		else
			status = option__bad(row, w,
					     "a clock; the man page lists them under CLOCKS");
	}
	free(copy);
	return status || o->nclocks ? status : option__bad(row, value, "a clock");
}

static int parse_bias(struct opts *o, const struct option_row *row, const char *value)
{
	char *end;

	o->bias = !strcmp(value, "auto")  ? BIAS_AUTO
		  : !strcmp(value, "off") ? BIAS_OFF
					  : BIAS_GIVEN;
	if (o->bias != BIAS_GIVEN)
		return 0;
	o->bias_ns = strtod(value, &end);
	if (end == value || *end || !(fabs(o->bias_ns) <= 1e6))
		return option__bad(row, value, "auto, off or a number of ns up to 1000000");
	return 0;
}

static int parse_limit(struct opts *o, const struct option_row *row, const char *value)
{
	struct restriction r;
	char why[128];

	if (!restriction__parse(&r, value, why))
		return err("--%s %s: %s; give a count, a fraction or a regular expression",
			   row->name, value, why);
	*ARR_PUSH(o->restrictions, o->nrestrictions) = r;
	return 0;
}

static int parse_output(struct opts *o, const struct option_row *row, const char *value)
{
	bool is_stdout = !strcmp(value, "-") || !strcmp(value, "/dev/stdout");

	if (!*value)
		return err("--%s: an empty name; give a file, or - for stdout", row->name);
	for (size_t i = 0; i < o->ntargets; i++) {
		const char *path = o->targets[i].path;

		if (is_stdout ? !path : path && !strcmp(path, value))
			return err("--%s %s: given twice; name another file", row->name, value);
	}
	ARR_PUSH(o->targets, o->ntargets)->path = is_stdout ? NULL : value;
	return 0;
}

/* A regular expression, whatever it looks like. */
static int parse_regex(const struct option_row *row, const char *value, struct restriction *r)
{
	char why[128];

	if (restriction__regex(r, value, why))
		return 0;
	return err("--%s %s: %s; give a regular expression", row->name, value, why);
}

static int parse_only(struct opts *o, const struct option_row *row, const char *value)
{
	return parse_regex(row, value, ARR_PUSH(o->only, o->nonly));
}

static int parse_except(struct opts *o, const struct option_row *row, const char *value)
{
	return parse_regex(row, value, ARR_PUSH(o->except, o->nexcept));
}

static int parse_baseline(struct opts *o, const struct option_row *row, const char *value)
{
	(void)row;
	*ARR_PUSH(o->baselines, o->nbaselines) = value;
	return 0;
}

static int parse_fail_if(struct opts *o, const struct option_row *row, const char *value)
{
	struct threshold t;

	if (!threshold__parse(&t, value))
		return option__bad(
			row, value,
			"FIGURE>+AMOUNT, of calls, tottime, cumtime or total, as in 'tottime>+10%' "
			"or 'total>+5ms'");
	*ARR_PUSH(o->thresholds, o->nthresholds) = t;
	return 0;
}

static int parse_by(struct opts *o, const struct option_row *row, const char *value)
{
	static const struct {
		const char *word, *format;
	} groups[] = {{"file", "by-file"},
		      {"package", "by-package"},
		      {"thread", "by-thread"},
		      {"process", "by-process"}};

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		if (!strcmp(groups[i].word, value))
			return parse_string(o, row, groups[i].format);
	}
	return option__bad(row, value, "file, package, thread or process");
}

static int parse_backend(struct opts *o, const struct option_row *row, const char *value)
{
	if (value && !backend__is_name(value))
		return option__bad(row, value, "a backend: auto, inline, eval, usdt or markers");
	return parse_string(o, row, value);
}

static int parse_no_builtins(struct opts *o, const struct option_row *row, const char *value)
{
	const bool folds = !strcmp(value, "fold");

	o->no_builtins = true;
	o->fold |= folds;
	return folds || !strcmp(value, "hide") ? 0 : option__bad(row, value, "hide or fold");
}

static int parse_builtins(struct opts *o, const struct option_row *row, const char *value)
{
	o->builtins = true;
	o->needs_builtins = value && !strcmp(value, "require");
	return !value || o->needs_builtins ? 0 : option__bad(row, value, "require, or no value");
}

#define F(member) offsetof(struct opts, member)

const struct option_row option_rows[] = {
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 'p', "pid", "PID",
	 "attach to this live process; repeatable, their figures are added up", parse_pid, F(pid),
	 NULL, 0},
	{CMD_PROBES | CMD_CTL | CMD_DUMP, 'p', "pid", "PID", "look at this live process", parse_pid,
	 F(pid), NULL, 0},
	{CMD_PROFILE | CMD_TOP, 0, "children", NULL,
	 "profile all processes that it starts too, by fork or exec; and with -p those that it has "
	 "started",
	 parse_flag, F(children), NULL, 0},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 'd', "duration", "SECONDS",
	 "stop measuring after this long (default: at Ctrl-C or the program's end)", parse_seconds,
	 F(duration), NULL, 0},
	{CMD_PROFILE, 'i', "interval", "SECONDS",
	 "write the report again and again while it runs, without stopping the program; on a "
	 "terminal each in the place of the one before (not where a command shares it)",
	 parse_seconds, F(interval), NULL, 0},
	{CMD_TOP, 'i', "interval", "SECONDS", "of top: take a reading so often (default 1)",
	 parse_seconds, F(interval), NULL, 0},
	{CMD_SERVE, 'i', "interval", "SECONDS",
	 "of serve: take a reading so often, from which it answers (default 5)", parse_seconds,
	 F(interval), NULL, 0},
	{CMD_SERVE, 0, "listen", "ADDRESS:PORT",
	 "of serve: where it answers, in numbers; port 0: any that is free (default "
	 "127.0.0.1:9123, this machine alone)",
	 parse_string, F(listen), NULL, 0},
	{CMD_SERVE, 0, "token-file", "FILE",
	 "of serve: every request has to bear the token in its first line (Authorization: Bearer)",
	 parse_string, F(token_file), NULL, 0},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "usdt", NULL,
	 "insist on CPython's function__entry and function__return; short for --backend=usdt",
	 parse_string, F(backend), "usdt", 0},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE | CMD_CALIBRATE, 0, "backend", "NAME",
	 "auto, inline, eval, usdt or markers (default auto: the cheapest that is exact)",
	 parse_backend, F(backend), NULL, 0},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "builtins", "[=require]",
	 "count C functions too, as cProfile does (backend inline); "
	 "require: "
	 "fail where that cannot be done",
	 parse_builtins, 0, NULL, 0},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "track", "N:NAME=FILE:FUNCTION[,FILE:FUNCTION]",
	 "functions that are blocks of track N too; FILE is the end of a path; repeatable",
	 option__track, 0, NULL, 0},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "no-markers", NULL,
	 "leave the program's own blocks (bpfprof.h) alone", parse_flag, F(no_markers), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 's', "sort", "KEY[,KEY]",
	 "order of the rows: pstats' keys or unique prefixes of them (default: cumulative)",
	 parse_sort, 0, NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 'n', "limit", "LIMIT",
	 "a count, a fraction below 1, or a regular expression; repeatable, applied in order "
	 "(default: all, on a terminal what fits)",
	 parse_limit, 0, NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 'r', "reverse", NULL, "reverse the order of the rows",
	 parse_flag, F(reverse), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "only", "REGEX",
	 "only functions in whose file:line(name) or qualified name it is found; repeatable",
	 parse_only, 0, NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "exclude", "REGEX", "not those; repeatable", parse_except, 0,
	 NULL, 0},
	{CMD_REPORT, 0, "builtins", "hide|fold",
	 "of report: no rows for C functions; fold: their own times go to their callers",
	 parse_no_builtins, 0, NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "mine", NULL,
	 "only the program's own code: no standard library, site-packages, C functions or frozen "
	 "import machinery",
	 parse_flag, F(mine), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "fold", NULL,
	 "own times of functions that --only, --exclude or --mine hide go to their callers",
	 parse_flag, F(fold), NULL, 0},
	{CMD_REPORT, 0, "baseline", "FILE",
	 "compare with this earlier profile: what got worse; repeatable, as more runs of it",
	 parse_baseline, 0, NULL, 0},
	{CMD_REPORT, 0, "fail-if", "FIGURE>+AMOUNT",
	 "with --baseline: end with status 3 if calls, tottime or cumtime of a function, or the "
	 "total, grew by more, noise apart: 'tottime>+10%', 'total>+5ms'; repeatable",
	 parse_fail_if, 0, NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "strip-dirs", NULL, "show file names without directories",
	 parse_flag, F(strip_dirs), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 'f', "format", "FORMAT",
	 "how the report is written, see Formats (default: by -o's ending, or pstats)",
	 parse_string, F(format), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "callers", NULL,
	 "who called each function; short for -f callers", parse_string, F(format), "callers", 0},
	{CMD_PROFILE | CMD_REPORT, 0, "callees", NULL,
	 "whom each function called; short for -f callees", parse_string, F(format), "callees", 0},
	{CMD_PROFILE | CMD_REPORT, 0, "by", "WHAT",
	 "add up own times by file, package, thread or process; short for -f by-file and so on",
	 parse_by, F(format), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "threads", NULL, "each thread's time; short for --by thread",
	 parse_string, F(format), "by-thread", 0},
	{CMD_PROFILE | CMD_REPORT, 0, "tracks", NULL, "blocks by track; short for -f tracks",
	 parse_string, F(format), "tracks", 0},
	{CMD_PROFILE | CMD_REPORT, 0, "hist", NULL,
	 "a column of bars beside each block: its hits by powers of two of time", parse_flag,
	 F(hist), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "no-source", NULL, "leave the functions' lines out of .html",
	 parse_flag, F(no_source), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 'o', "output", "FILE",
	 "write the report there, - for stdout; repeatable; without -f, and of several always, its "
	 "ending chooses the format",
	 parse_output, 0, NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 'c', "clock", "CLOCK[,CLOCK]",
	 "wall, cpu, off-cpu, blocked or runnable time, or of the blocked that for gil, lock, "
	 "sleep "
	 "or io; several stand side by side (default wall)",
	 parse_clock, 0, NULL, 0},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE | CMD_REPORT, 'b', "bias", "auto|off|NS",
	 "take off what the profiler adds to each call, as measured; or not; or so many ns inside "
	 "each call and outside it (default auto)",
	 parse_bias, 0, NULL, 0},
	{CMD_CALIBRATE, 'm', "calls", "CALLS",
	 "calls in each loop (default: of about a millisecond)", parse_uint, F(calls), NULL, 0},
	{CMD_CALIBRATE, 'n', "repeat", "TIMES", "measure so many times (default 5)", parse_uint,
	 F(repeats), NULL, 0},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "max-functions", "N",
	 "code objects told apart, up to 2097152 (default 32768)", parse_uint, F(limits.functions),
	 NULL, 1u << 21},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "max-edges", "N",
	 "caller and callee pairs, per thread alive, up to 8388608 (default 131072); with --paths "
	 "call paths (default 524288, which take 90 MiB)",
	 parse_uint, F(limits.edges), NULL, 1u << 23},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "max-frames", "N",
	 "calls open at a time, up to 8388608 (default 131072)", parse_uint, F(limits.frames), NULL,
	 1u << 23},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "max-threads", "N",
	 "threads alive at a time, up to 262144 (default 1024)", parse_uint, F(limits.threads),
	 NULL, 1u << 18},
	{CMD_PROFILE | CMD_TOP | CMD_SERVE, 0, "max-blocks", "N",
	 "thread and block pairs, up to 1048576 (default 4096)", parse_uint, F(limits.blocks), NULL,
	 1u << 20},
	{CMD_PROFILE | CMD_SERVE, 0, "paths", NULL,
	 "keep calls and times of each call path too, not of each caller and callee alone",
	 parse_flag, F(limits.paths), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "tree", NULL,
	 "call paths of a run with --paths, the longest first; short for -f tree", parse_string,
	 F(format), "tree", 0},
	{CMD_PROFILE | CMD_REPORT, 0, "depth", "LEVELS",
	 "of the tree, so many levels (default all)", parse_uint, F(depth), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "min", "PERCENT",
	 "of the tree, what takes at least this share of all time (default 1%)", parse_percent,
	 F(min_percent), NULL, 0},
	{CMD_PROFILE | CMD_REPORT, 0, "fold-recursion", NULL,
	 "of paths: what a function calls of itself, however deep, counts with its first call",
	 parse_flag, F(fold_recursion), NULL, 0},
	{CMD_PROFILE | CMD_SERVE | CMD_CALIBRATE, 'q', "quiet", NULL,
	 "no progress on stderr; warnings stay", parse_flag, F(quiet), NULL, 0},
	{CMD_PROFILE | CMD_REPORT | CMD_CALIBRATE, 'v', "verbose", NULL,
	 "say how it is measured: the backend and why, constants, clocks", parse_flag, F(verbose),
	 NULL, 0},
	{CMD_DUMP, 'f', "format", "text|json", "of dump (default text)", parse_string, F(format),
	 NULL, 0},
	{CMD_DUMP, 'v', "verbose", NULL, "say for how long dump stopped the process", parse_flag,
	 F(verbose), NULL, 0},
	{CMD_ALL, 'h', "help", NULL, "print this and end", parse_flag, F(help), NULL, 0},
	{CMD_ALL, 0, "version", NULL, "print the version and end", parse_flag, F(version), NULL, 0},
	{0},
};

_Static_assert(sizeof(option_rows) / sizeof(*option_rows) <= OPTION_ROWS, "room for views");
