/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Call paths for profiler.firefox.com: its processed format, version 60, which later versions of it
 * read too. Tables are objects of columns, shared by all threads: function and frame i are those of
 * the profile's function i, stack i that of path i.
 *
 * A "thread" there is a clock here, and one is the calls. A path is one sample, whose weight is its
 * own time, exact to the nanosecond. When it is taken is made up: the paths follow each other, each
 * for as long as its own time.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/clock.h"
#include "model/paths.h"
#include "model/tree.h"
#include "report/jsonout.h"
#include "report/rows.h"

#define VERSION 60

/* The first, which is grey, is none; then enum acc_kind. */
static const struct {
	const char *name, *colour;
} categories[] = {{"Other", "grey"}, {"Python", "yellow"}, {"C", "blue"}, {"Blocks", "green"}};

/* A path at its place on the time line; TREE_NONE: the end of that. */
struct sample {
	uint32_t path;
	int64_t at_ns, weight;
};

/* What is being written, and the samples of one clock. */
struct doc {
	const struct profile *p;
	FILE *out;
	uint32_t *sources; /* by function, its file */
	uint32_t *files;   /* a function of each file */
	size_t nfiles;
	struct sample *samples;
	size_t nsamples;
};

/* A column's values: all the same, or one printed for each row. */
struct column {
	const char *name, *same;
	void (*print)(const struct doc *d, size_t row);
};

/* All but the brace that closes it. */
static void print_table(const struct doc *d, const char *name, size_t rows,
			const struct column *columns)
{
	fprintf(d->out, "\"%s\":{", name);
	for (const struct column *c = columns; c->name; c++) {
		fprintf(d->out, "\n\"%s\":[", c->name);
		for (size_t i = 0; i < rows; i++) {
			if (i)
				putc(',', d->out);
			if (c->same)
				fputs(c->same, d->out);
			else
				c->print(d, i);
		}
		fputs("],", d->out);
	}
	fprintf(d->out, "\n\"length\":%zu", rows);
}

/* --- tables of all threads -----------------------------------------------------------------------
 */

static int by_file(const void *a, const void *b, void *funcs)
{
	const struct prof_func *f = funcs;

	return strcmp(f[*(const uint32_t *)a].file, f[*(const uint32_t *)b].file);
}

static void find_files(struct doc *d)
{
	size_t n = d->p->nfuncs;
	uint32_t *sorted = xcalloc(n + 1, sizeof(*sorted));

	d->sources = xcalloc(n + 1, sizeof(*d->sources));
	d->files = xcalloc(n + 1, sizeof(*d->files));
	for (size_t i = 0; i < n; i++)
		sorted[i] = (uint32_t)i;
	qsort_r(sorted, n, sizeof(*sorted), by_file, d->p->funcs);
	for (size_t i = 0; i < n; i++) {
		if (!i || by_file(&sorted[i - 1], &sorted[i], d->p->funcs))
			d->files[d->nfiles++] = sorted[i];
		d->sources[sorted[i]] = (uint32_t)d->nfiles - 1;
	}
	free(sorted);
}

/* Names of functions, and then those of files. */
static void print_strings(const struct doc *d)
{
	fputs("\"stringArray\":[", d->out);
	for (size_t i = 0; i < d->p->nfuncs + d->nfiles; i++) {
		const struct prof_func *f =
			&d->p->funcs[i < d->p->nfuncs ? i : d->files[i - d->p->nfuncs]];

		fputs(i ? ",\n" : "\n", d->out);
		json__print(json_string(i < d->p->nfuncs ? prof_func__full_name(f) : f->file),
			    d->out);
	}
	fputs("],\n", d->out);
}

static void print_own(const struct doc *d, size_t i)
{
	fprintf(d->out, "%zu", i);
}

static void print_file(const struct doc *d, size_t i)
{
	fprintf(d->out, "%zu", d->p->nfuncs + i);
}

static void print_source(const struct doc *d, size_t i)
{
	fprintf(d->out, "%" PRIu32, d->sources[i]);
}

static void print_line(const struct doc *d, size_t i)
{
	if (d->p->funcs[i].line)
		fprintf(d->out, "%" PRIu32, d->p->funcs[i].line);
	else
		fputs("null", d->out);
}

static void print_category(const struct doc *d, size_t i)
{
	fprintf(d->out, "%d", d->p->funcs[i].kind + 1);
}

static void print_frame(const struct doc *d, size_t i)
{
	fprintf(d->out, "%" PRIu32, d->p->paths[i].func);
}

static void print_prefix(const struct doc *d, size_t i)
{
	if (d->p->paths[i].parent < i)
		fprintf(d->out, "%" PRIu32, d->p->paths[i].parent);
	else
		fputs("null", d->out);
}

static const struct column sources[] = {
	{"uuid", "null", NULL}, {"filename", NULL, print_file}, {0}};
static const struct column stacks[] = {
	{"frame", NULL, print_frame}, {"prefix", NULL, print_prefix}, {0}};
static const struct column frames[] = {{"address", "-1", NULL},
				       {"inlineDepth", "0", NULL},
				       {"category", NULL, print_category},
				       {"subcategory", "0", NULL},
				       {"func", NULL, print_own},
				       {"nativeSymbol", "null", NULL},
				       {"innerWindowID", "null", NULL},
				       {"line", NULL, print_line},
				       {"column", "null", NULL},
				       {0}};
static const struct column funcs[] = {
	{"name", NULL, print_own},	  {"isJS", "false", NULL},
	{"relevantForJS", "false", NULL}, {"resource", "-1", NULL},
	{"source", NULL, print_source},	  {"lineNumber", NULL, print_line},
	{"columnNumber", "null", NULL},	  {0}};
static const struct column resources[] = {{"lib", "null", NULL},
					  {"name", "0", NULL},
					  {"host", "null", NULL},
					  {"type", "0", NULL},
					  {0}};
static const struct column symbols[] = {{"libIndex", "0", NULL},
					{"address", "0", NULL},
					{"name", "0", NULL},
					{"functionSize", "null", NULL},
					{0}};

static void print_shared(const struct doc *d)
{
	const struct {
		const char *name;
		size_t rows;
		const struct column *columns;
	} tables[] = {{"sources", d->nfiles, sources},	    {"stackTable", d->p->npaths, stacks},
		      {"frameTable", d->p->nfuncs, frames}, {"funcTable", d->p->nfuncs, funcs},
		      {"resourceTable", 0, resources},	    {"nativeSymbols", 0, symbols}};

	fputs("\"shared\":{", d->out);
	print_strings(d);
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		if (i)
			fputs("},\n", d->out);
		print_table(d, tables[i].name, tables[i].rows, tables[i].columns);
	}
	fputs("}},\n", d->out);
}

/* --- threads -------------------------------------------------------------------------------------
 */

/* Milliseconds, with all of the nanoseconds. */
static void print_ms(int64_t ns, FILE *out)
{
	fprintf(out, "%" PRId64 ".%06d", ns / 1000000, (int)(ns % 1000000));
}

static void print_stack(const struct doc *d, size_t i)
{
	if (d->samples[i].path == TREE_NONE)
		fputs("null", d->out);
	else
		fprintf(d->out, "%" PRIu32, d->samples[i].path);
}

static void print_time(const struct doc *d, size_t i)
{
	print_ms(d->samples[i].at_ns, d->out);
}

static void print_weight(const struct doc *d, size_t i)
{
	print_ms(d->samples[i].weight, d->out);
}

static void print_count(const struct doc *d, size_t i)
{
	fprintf(d->out, "%" PRId64, d->samples[i].weight);
}

static const struct column times[] = {{"stack", NULL, print_stack},
				      {"time", NULL, print_time},
				      {"weight", NULL, print_weight},
				      {0}};
static const struct column counts[] = {{"stack", NULL, print_stack},
				       {"time", NULL, print_time},
				       {"weight", NULL, print_count},
				       {0}};
static const struct column markers[] = {{"data", "null", NULL},
					{"name", "0", NULL},
					{"startTime", "null", NULL},
					{"endTime", "null", NULL},
					{"phase", "0", NULL},
					{"category", "0", NULL},
					{0}};

/* The paths with time by that clock, or with calls (of_calls: at their places by the wall), in the
 * order of a walk down; the end follows. */
static void take_samples(struct doc *d, const struct tree *t, const struct prof_clock *clock,
			 bool of_calls)
{
	int64_t at = 0;

	d->nsamples = 0;
	for (uint32_t i = t->root; i != TREE_NONE; i = tree__after(t, i, false)) {
		const struct prof_stat *st = &d->p->paths[i].stat;
		int64_t own = prof_clock__own(clock, st);
		int64_t weight = of_calls ? (int64_t)st->ncalls : own;

		if (weight > 0)
			d->samples[d->nsamples++] = (struct sample){i, at, weight};
		if (own > 0)
			at = prof_ns(at + own);
	}
	d->samples[d->nsamples++] = (struct sample){TREE_NONE, at, 0};
}

/* One thread: samples that were taken, which are times or counts. */
static void print_thread(const struct doc *d, unsigned int number, const char *name, bool of_calls)
{
	fprintf(d->out,
		"%s{\"name\":\"%s\",\"isMainThread\":%s,\"pid\":\"%" PRIu32 "\",\"tid\":%u,"
		"\"processType\":\"default\",\"processName\":\"bpfprof\","
		"\"processStartupTime\":0,\"processShutdownTime\":null,\"registerTime\":0,"
		"\"unregisterTime\":null,\"pausedRanges\":[],\n",
		number ? ",\n" : "\n", name, number ? "false" : "true", d->p->target.pid, number);
	print_table(d, "samples", d->nsamples, of_calls ? counts : times);
	fprintf(d->out, ",\"weightType\":\"%s\"},\n", of_calls ? "samples" : "tracing-ms");
	print_table(d, "markers", 0, markers);
	fputs("}}", d->out);
}

/* Wall time, the calls, and each clock that has told any time. */
static void print_threads(struct doc *d, const struct tree *t)
{
	unsigned int n = 0;

	fputs("\"threads\":[", d->out);
	for (const struct prof_clock *c = prof_clocks; c->name; c++) {
		take_samples(d, t, c, false);
		if (d->nsamples > 1 || !n)
			print_thread(d, n++, c->name, false);
		if (c != prof_clocks)
			continue;
		take_samples(d, t, c, true);
		print_thread(d, n++, "calls", true);
	}
	fputs("]}\n", d->out);
}

/* The interval is what a sample is wide where nothing follows it; here the mean. */
static void print_meta(const struct doc *d)
{
	int64_t own = 0;

	for (size_t i = 0; i < d->p->npaths; i++)
		own = prof_ns(own + d->p->paths[i].stat.tottime_ns);
	fputs("{\"meta\":{\"product\":", d->out);
	json__print(json_string(d->p->target.command ? d->p->target.command : "python"), d->out);
	fprintf(d->out,
		",\"importedFrom\":\"bpfprof\",\"version\":27,"
		"\"preprocessedProfileVersion\":%d,\"processType\":0,\"stackwalk\":0,"
		"\"symbolicated\":true,\"symbolicationNotSupported\":true,"
		"\"usesOnlyOneStackType\":true,\"sourceCodeIsNotOnSearchfox\":true,"
		"\"keepProfileThreadOrder\":true,\"startTime\":%.0f,"
		"\"markerSchema\":[],\"interval\":",
		VERSION, (double)d->p->target.started_at * 1e3);
	print_ms(own / (int64_t)d->p->npaths + 1, d->out);
	fputs(",\n\"categories\":[", d->out);
	for (size_t i = 0; i < sizeof(categories) / sizeof(*categories); i++)
		fprintf(d->out,
			"%s{\"name\":\"%s\",\"color\":\"%s\",\"subcategories\":[\"Other\"]}",
			i ? "," : "", categories[i].name, categories[i].colour);
	fputs("]},\n\"libs\":[],\n", d->out);
}

int report_firefox(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	struct doc d = {.p = p, .out = out};
	uint32_t *parents;
	struct tree tree;

	(void)opts;
	parents = paths__parents(p);
	tree = tree__of(parents, p->npaths);
	d.samples = xcalloc(p->npaths + 1, sizeof(*d.samples));
	find_files(&d);
	print_meta(&d);
	print_shared(&d);
	print_threads(&d, &tree);
	tree__free(&tree);
	free(parents);
	free(d.samples);
	free(d.sources);
	free(d.files);
	return ferror(out) ? -1 : 0;
}
