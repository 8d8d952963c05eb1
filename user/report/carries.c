/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What of a profile a format has room for. Pure. */
#include "report/carries.h"

#include "base/mem.h"
#include "report/footnote.h"

static bool has_functions(const struct profile *p)
{
	return p->nfuncs;
}

static bool has_edges(const struct profile *p)
{
	return p->nedges;
}

static bool has_paths(const struct profile *p)
{
	return p->npaths;
}

static bool has_clocks(const struct profile *p)
{
	return p->nfuncs && !p->target.only_wall;
}

/* Of one thread there is nothing to tell apart. */
static bool has_threads(const struct profile *p)
{
	return p->nthreads > 1;
}

static bool has_blocks(const struct profile *p)
{
	return p->nblocks;
}

static bool has_events(const struct profile *p)
{
	return p->nevents;
}

static bool has_io(const struct profile *p)
{
	return p->target.io;
}

static bool has_coroutines(const struct profile *p)
{
	return p->target.coroutines;
}

static bool has_open(const struct profile *p)
{
	return report__sum(p).open;
}

static bool has_notes(const struct profile *p)
{
	return p->nnotes;
}

static bool has_errors(const struct profile *p)
{
	return p->target.bias.from != PROF_BIAS_NONE;
}

static const struct {
	unsigned int bit;
	const char *word;
	bool (*has)(const struct profile *p);
} parts[] = {
	{CARRIES_FUNCTIONS | CARRIES_PATHS, "functions", has_functions},
	{CARRIES_EDGES | CARRIES_PATHS, "who called whom", has_edges},
	{CARRIES_PATHS, "call paths", has_paths},
	{CARRIES_CLOCKS, "CPU and waiting times", has_clocks},
	{CARRIES_ERRORS, "how far off times may be", has_errors},
	{CARRIES_THREADS, "threads", has_threads},
	{CARRIES_BLOCKS, "blocks", has_blocks},
	{CARRIES_EVENTS, "the timeline", has_events},
	{CARRIES_IO, "reads and writes", has_io},
	{CARRIES_COROUTINES, "coroutines", has_coroutines},
	{CARRIES_OPEN, "which calls were open at the start", has_open},
	{CARRIES_NOTES, "notes", has_notes},
};

char *profile__left_out(const struct profile *p, unsigned int carries)
{
	const unsigned int does = p->npaths ? carries : carries & ~CARRIES_PATHS;
	char *all = NULL;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (parts[i].bit & does || !parts[i].has(p))
			continue;
		all = xlist(all, parts[i].word);
	}
	return all;
}
