/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Options that would do nothing beside the others: refused, for whoever gave them meant something.
 */
#include <string.h>

#include "base/log.h"
#include "cli/opts.h"
#include "process/procmem.h"
#include "report/carries.h"

/* Whether any target is written as one of those formats. */
static bool any_target(const struct opts *o, bool (*is)(const struct report *r))
{
	for (size_t i = 0; i < o->ntargets; i++) {
		if (is(o->targets[i].report))
			return true;
	}
	return false;
}

static bool is_tree(const struct report *r)
{
	return r == report__by_name("tree");
}

static bool is_page(const struct report *r)
{
	return r == report__by_name("html");
}

static bool is_changes(const struct report *r)
{
	return r == report__by_name("changes");
}

/* Not a view whose columns are the clocks themselves. */
static bool takes_clock(const struct report *r)
{
	return !r->raw || r->carries || is_changes(r);
}

static bool lone_depth(const struct opts *o)
{
	return o->depth && !any_target(o, is_tree);
}

static bool lone_min(const struct opts *o)
{
	return o->min_percent >= 0 && !any_target(o, is_tree);
}

static bool lone_fold(const struct opts *o)
{
	return o->fold && !o->nonly && !o->nexcept && !o->mine && !o->no_builtins;
}

static bool lone_fold_recursion(const struct opts *o)
{
	return o->fold_recursion && !o->limits.paths;
}

static bool lone_no_source(const struct opts *o)
{
	return o->no_source && !any_target(o, is_page);
}

static bool lone_keep(const struct opts *o)
{
	return o->keep && !o->rotate;
}

static bool has_events(const struct report *r)
{
	return r->carries & CARRIES_EVENTS;
}

static bool has_strips(const struct report *r)
{
	return r->carries & CARRIES_STRIPS;
}

static bool lone_timeline(const struct opts *o)
{
	return o->limits.timeline && !any_target(o, has_events);
}

static bool rotates_timeline(const struct opts *o)
{
	return o->limits.timeline && o->rotate > 0;
}

static bool rotates_twice(const struct opts *o)
{
	return o->rotate > 0 && o->interval > 0;
}

/* Each file would take the place of the one before. */
static bool rotates_in_place(const struct opts *o)
{
	for (size_t i = 0; i < o->ntargets; i++) {
		if (o->rotate > 0 && (!o->targets[i].path || !strchr(o->targets[i].path, '%')))
			return true;
	}
	return false;
}

static bool lone_clock(const struct opts *o)
{
	return o->nclocks && !any_target(o, takes_clock);
}

static bool compares(const struct report *r)
{
	return is_page(r) || is_changes(r);
}

static bool lone_baseline(const struct opts *o)
{
	return o->nbaselines && !o->nthresholds && !any_target(o, compares);
}

static bool can_be_reversed(const struct report *r)
{
	return !report__needs_coroutines(r) && !is_tree(r);
}

/* What is added up (--by) stands by how long it took, or the other way round. */
static bool has_order(const struct report *r)
{
	return can_be_reversed(r) && strncmp(r->name, "by-", 3);
}

static bool lone_order(const struct opts *o)
{
	return o->ntargets && ((o->nsort && !any_target(o, has_order)) ||
			       (o->reverse && !any_target(o, can_be_reversed)));
}

static bool has_limit(const struct report *r)
{
	return !is_tree(r) && !report__needs_coroutines(r) && r != report__by_name("tracks");
}

static bool lone_limit(const struct opts *o)
{
	return o->nrestrictions && o->ntargets && !any_target(o, has_limit);
}

bool opts__sort_by_bytes(const struct opts *o)
{
	for (size_t i = 0; i < o->nsort; i++) {
		if (!strcmp(o->sort[i], "bytes"))
			return true;
	}
	return false;
}

static bool lone_bytes(const struct opts *o)
{
	return !o->limits.io && opts__sort_by_bytes(o);
}

static bool lone_wait(const struct opts *o)
{
	return o->wait && (!o->children || !o->nargs);
}

/* A text for people in a file that other programs would take for theirs. */
static bool is_misnamed(const struct opts *o)
{
	const struct target *t = o->targets;
	const struct report *named =
		o->format && o->ntargets == 1 && t->path ? report__by_extension(t->path) : NULL;

	return named && named->carries && !t->report->carries;
}

/* All files have endings of other formats. */
static bool lone_format(const struct opts *o)
{
	const struct report *asked = o->format ? report__by_name(o->format) : NULL;

	for (size_t i = 0; i < o->ntargets; i++) {
		if (o->targets[i].report == asked)
			return false;
	}
	return asked && o->ntargets;
}

static bool compares_nothing(const struct opts *o)
{
	return any_target(o, is_changes) && !o->nbaselines;
}

static bool measures_blocks(const struct opts *o)
{
	return !strcmp(o->backend, "markers");
}

static const struct {
	unsigned int commands;
	bool (*is_broken)(const struct opts *o);
	const char *text;
} rules[] = {
	{CMD_PROFILE, compares_nothing,
	 "-f changes: compares with what was stored; give -o NEW.json here, and then 'bpfprof "
	 "report --baseline OLD.json NEW.json'"},
	{CMD_CALIBRATE, measures_blocks,
	 "--backend=markers: counts no calls, so that there is nothing to measure; give another"},
	{CMD_PROFILE | CMD_TOP, lone_wait,
	 "--wait: is of a command and all that it starts; give --children and -- COMMAND"},
	{CMD_PROFILE | CMD_REPORT, is_misnamed,
	 "-o: its ending is another format's than the printed one asked for (-f, --by, "
	 "--threads, ...); give -o FILE.txt for that, or leave it out"},
	{CMD_PROFILE | CMD_REPORT, lone_format,
	 "-f, --by, --threads, ...: each file's ending is another format's; give -o FILE.txt, or "
	 "-o - for the printed one, or leave it out"},
	{CMD_PROFILE | CMD_REPORT, lone_depth,
	 "--depth: only the tree has levels; give --tree too"},
	{CMD_PROFILE | CMD_REPORT, lone_min,
	 "--min: only the tree leaves out what is short; give --tree too"},
	{CMD_PROFILE | CMD_REPORT, lone_fold,
	 "--fold: no function is hidden whose time it could fold; give --only, --exclude or --mine "
	 "too"},
	{CMD_PROFILE, lone_fold_recursion,
	 "--fold-recursion: only call paths have recursion to fold; give --paths or --tree too"},
	{CMD_PROFILE | CMD_REPORT, lone_no_source,
	 "--no-source: only the page has source lines; give -o FILE.html too"},
	{CMD_PROFILE, lone_timeline,
	 "--timeline: only a trace holds single calls; give -o FILE.trace.json too"},
	{CMD_PROFILE, rotates_timeline,
	 "--timeline: has the last calls of a whole run; leave --rotate out"},
	{CMD_PROFILE, lone_keep,
	 "--keep: only --rotate makes files to keep some of; give --rotate too"},
	{CMD_PROFILE, rotates_twice, "--rotate: writes each interval already; leave -i out"},
	{CMD_PROFILE, rotates_in_place,
	 "--rotate: each file needs a name of its own; give its time, as in -o "
	 "'prof-%Y%m%dT%H%M%S.json'"},
	{CMD_REPORT, lone_baseline,
	 "--baseline: this format compares nothing; leave -f out, or give -o FILE.html or "
	 "--fail-if too"},
	{CMD_PROFILE | CMD_REPORT, lone_order,
	 "-s, -r: call paths, coroutines and what is added up (--by) stand by how long they took; "
	 "leave them out"},
	{CMD_PROFILE | CMD_REPORT, lone_limit,
	 "-n: call paths, coroutines and blocks by track are shown all; leave it out, or give "
	 "--depth or --min with --tree, or --only"},
	{CMD_PROFILE, lone_bytes,
	 "-s bytes: reads and writes are not counted; give --io too, or another key"},
	{CMD_PROFILE | CMD_REPORT, lone_clock,
	 "-c: this table has columns of its own, and none for others; leave -c out"},
};

/* Several processes that are there already are told of from the same moment on. */
static bool has_window(const struct opts *o)
{
	return o->npids > 1 || o->cgroup || o->container || (o->npids && o->children);
}

static uint32_t strips_of(const struct opts *o)
{
	if (!any_target(o, has_strips))
		return 0;
	return o->rotate > 0 || has_window(o) ? 2 : 1;
}

/* A format of call paths needs them, one of coroutines those, and one of reads and writes these. */
static void imply_limits(struct opts *o)
{
	if (any_target(o, report__needs_paths))
		o->limits.paths = true;
	if (any_target(o, report__needs_coroutines) && !o->limits.coroutines)
		o->limits.coroutines = SESSION_COROUTINES;
	if (any_target(o, report__needs_io))
		o->limits.io = true;
	o->limits.strips = strips_of(o);
}

#define SHORT_SECONDS 1
#define FEW_THREADS   8

/* A look at a server that serves on, which has to wait while the kernel makes tables page by page,
 * maps them into it and frees them: a quarter will do, as for a child that is followed. */
static bool is_short_look(const struct opts *o)
{
	return o->duration > 0 && o->duration <= SHORT_SECONDS && o->npids == 1 && !o->children &&
	       !o->cgroup && !o->container && !o->limits.paths &&
	       procstatus__number((pid_t)o->pids[0], "Threads") <= FEW_THREADS;
}

/* Of the tables whose size nobody has named. */
static void size_tables(struct opts *o)
{
	const struct session_limits *whole = &session_limits_default;
	const uint32_t part = is_short_look(o) ? 4 : 1;

	if (!o->limits.functions)
		o->limits.functions = whole->functions / part;
	if (!o->limits.edges)
		o->limits.edges = o->limits.paths ? SESSION_PATHS : whole->edges / part;
	if (!o->limits.frames)
		o->limits.frames = whole->frames / part;
}

int opts__fit(struct opts *o, const struct command *cmd)
{
	if (cmd->bit & CMD_PROFILE)
		imply_limits(o);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (rules[i].commands & cmd->bit && rules[i].is_broken(o))
			return err("%s", rules[i].text);
	}
	if (o->min_percent < 0)
		o->min_percent = 1;
	size_tables(o);
	return 0;
}
