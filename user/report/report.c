/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of reports. */
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/clock.h"
#include "report/carries.h"
#include "report/rows.h"

#define CALLS (CARRIES_FUNCTIONS | CARRIES_EDGES)
#define ALL   (~(unsigned int)CARRIES_EVENTS)
#define ROWS                                                                                       \
	(CARRIES_CLOCKS | CARRIES_ERRORS | CARRIES_OPEN | CARRIES_IO |                             \
	 CARRIES_COROUTINES) /* of figures */

static bool has_functions(const struct profile *p)
{
	return p->nfuncs;
}

static bool has_edges(const struct profile *p)
{
	return p->nedges;
}

static bool has_threads(const struct profile *p)
{
	return p->nthreads;
}

static bool has_paths(const struct profile *p)
{
	return p->npaths;
}

static bool has_coroutines(const struct profile *p)
{
	return p->target.coroutines;
}

static bool has_io(const struct profile *p)
{
	return p->target.io;
}

static const struct report_need functions = {"calls of functions", "", has_functions};
static const struct report_need edges = {"calls of one function by another", "", has_edges};
static const struct report_need threads = {"threads", "", has_threads};
static const struct report_need paths = {
	"call paths", "; measure with --paths, into no stream (.ndjson), which carries none",
	has_paths};
static const struct report_need coroutines = {"coroutines", "; measure with --coroutines",
					      has_coroutines};
static const struct report_need io = {"reads and writes", "; measure with --io", has_io};
static const struct report_need blocks = {
	"blocks", "; functions are in -f functions-csv (.functions.csv)", NULL};
static const struct report_need baseline = {"comparison", "; give report --baseline FILE", NULL};

const struct report reports[] = {
	{"pstats", ".txt", "the table of Python's pstats", NULL, false, false, 0, report_pstats},
	{"callers", NULL, "who called each function, as pstats prints it", NULL, false, false, 0,
	 report_callers},
	{"callees", NULL, "whom each function called, as pstats prints it", NULL, false, false, 0,
	 report_callees},
	{"table", NULL, "the same figures for people: units by size, bars, short paths", NULL,
	 false, false, 0, report_table},
	{"by-file", NULL, "own times added up by file; --by file", NULL, false, true, 0,
	 report_by_file},
	{"by-package", NULL, "own times added up by package; --by package", NULL, false, true, 0,
	 report_by_package},
	{"by-thread", NULL, "each thread's time; --threads", &threads, false, true, 0,
	 report_by_thread},
	{"by-process", NULL, "times by process, of several profiles; --by process", &threads, false,
	 true, 0, report_by_process},
	{"changes", NULL, "what got worse and better; with --baseline", &baseline, false, true, 0,
	 report_changes},
	{"tracks", NULL, "blocks by track", NULL, false, true, 0, report_tracks},
	{"csv", ".csv", "blocks by track, as CSV", &blocks, false, true, CARRIES_BLOCKS,
	 report_csv},
	{"tracks-json", NULL, "blocks by track, as the package bpfprof writes them", NULL, false,
	 true, CARRIES_BLOCKS, report_tracks_json},
	{"functions-csv", ".functions.csv", "functions with all their figures, as CSV", &functions,
	 false, true, CARRIES_FUNCTIONS | ROWS, report_functions_csv},
	{"edges-csv", ".edges.csv", "callers and callees with all their figures, as CSV", &edges,
	 false, true, CALLS | ROWS, report_edges_csv},
	{"functions-ndjson", ".functions.ndjson", "the same functions, a JSON object a line",
	 &functions, false, true, CARRIES_FUNCTIONS | ROWS, report_functions_ndjson},
	{"edges-ndjson", ".edges.ndjson", "the same callers and callees, a JSON object a line",
	 &edges, false, true, CALLS | ROWS, report_edges_ndjson},
	{"paths-csv", ".paths.csv",
	 "call paths with all their figures, as CSV: each names its parent", &paths, false, true,
	 CARRIES_PATHS | ROWS, report_paths_csv},
	{"paths-ndjson", ".paths.ndjson", "the same paths, a JSON object a line", &paths, false,
	 true, CARRIES_PATHS | ROWS, report_paths_ndjson},
	{"tree", NULL, "call paths as a tree, of runs with --paths", &paths, false, false, 0,
	 report_tree},
	{"coroutines", NULL,
	 "coroutines from start to end, and what they awaited; of runs with "
	 "--coroutines",
	 &coroutines, false, true, 0, report_coroutines},
	{"io", NULL, "bytes and calls that functions read and write; of runs with --io", &io, false,
	 true, 0, report_io},
	{"folded", ".folded", "call paths as folded stacks, own time in ns, for flamegraph.pl",
	 &paths, false, false, CARRIES_PATHS, report_folded},
	{"speedscope", ".speedscope.json", "call paths by each clock for speedscope", &paths, false,
	 true, CARRIES_PATHS | CARRIES_CLOCKS, report_speedscope},
	{"firefox", ".firefox.json", "call paths by calls and each clock for profiler.firefox.com",
	 &paths, false, true, CARRIES_PATHS | CARRIES_CLOCKS, report_firefox},
	{"json", ".json",
	 "the whole profile, whatever -s and -n say; of a measurement whatever --only, --exclude, "
	 "--mine, --strip-dirs and --fold-recursion say too, for report can do that later",
	 NULL, false, true, ALL, report_json},
	{"ndjson", ".ndjson",
	 "what happened, a JSON object a line; with -i a tick for each interval", NULL, false, true,
	 ALL & ~(CARRIES_PATHS | CARRIES_STRIPS), report_ndjson},
	{"html", ".html", "one page to look at: table, flame graph, callers, threads, blocks", NULL,
	 false, true, ALL, report_html},
	{"prof", ".prof", "a file that Python's pstats.Stats loads", &functions, true, false, CALLS,
	 report_prof},
	{"pprof", ".pb.gz", "call paths, or without --paths functions, for go tool pprof",
	 &functions, true, true,
	 CARRIES_FUNCTIONS | CARRIES_PATHS | CARRIES_CLOCKS | CARRIES_LOSSES | CARRIES_NOTES,
	 report_pprof},
	{"callgrind", ".callgrind", "functions and calls for kcachegrind and callgrind_annotate",
	 &functions, false, true, CALLS | CARRIES_CLOCKS, report_callgrind},
	{"openmetrics", ".prom", "figures of functions and blocks for Prometheus", NULL, false,
	 true, CARRIES_FUNCTIONS | CARRIES_CLOCKS | CARRIES_BLOCKS | CARRIES_LOSSES,
	 report_openmetrics},
	{"chrome", ".trace.json",
	 "the threads' lives, and with --timeline their last calls, for Perfetto and about:tracing",
	 &threads, false, true, CARRIES_THREADS | CARRIES_STRIPS | CARRIES_BLOCKS | CARRIES_EVENTS,
	 report_chrome},
	{0},
};

const struct report *report__by_name(const char *name)
{
	for (const struct report *r = reports; r->name; r++) {
		if (!strcmp(r->name, name))
			return r;
	}
	return NULL;
}

int report__write(const struct report *r, const struct profile *p, const struct report_opts *opts,
		  FILE *out)
{
	struct report_opts with = *opts;
	struct profile *by;
	int status;

	with.whole = p;
	if (r->needs && r->needs->is_met && !r->needs->is_met(p)) {
		errno = ENODATA;
		return -1;
	}
	if (!with.clock || r->raw)
		return r->write(p, &with, out);
	by = profile__by_clock(p, with.clock);
	status = r->write(by, &with, out);
	profile__free(by);
	return status;
}

bool report__needs_paths(const struct report *r)
{
	return r->needs == &paths;
}

bool report__needs_coroutines(const struct report *r)
{
	return r->needs == &coroutines;
}

bool report__needs_io(const struct report *r)
{
	return r->needs == &io;
}

const struct report *report__by_extension(const char *path)
{
	size_t len = strlen(path), longest = 0;
	const struct report *found = NULL;

	for (const struct report *r = reports; r->name; r++) {
		size_t n = r->extension ? strlen(r->extension) : 0;

		if (n > longest && len >= n && !strcmp(path + len - n, r->extension)) {
			longest = n;
			found = r;
		}
	}
	return found;
}

char *report__names(void)
{
	char *all = NULL;

	for (const struct report *r = reports; r->name; r++)
		all = xlist(all, r->name);
	return all;
}

char *report__extensions(void)
{
	char *all = NULL;

	for (const struct report *r = reports; r->name; r++) {
		if (r->extension)
			all = xlist(all, r->extension);
	}
	return all;
}
