/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The command line into struct opts. */
#include "cli/opts.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/optrows.h"

static int has_arg(const struct option_row *row)
{
	return !row->arg ? no_argument : *row->arg == '[' ? optional_argument : required_argument;
}

/* getopt_long's view of the rows of one command; its val is 256 + row. */
static void getopt_view(unsigned int bit, struct option *longs, char *shorts)
{
	if (bit & (CMD_PROFILE | CMD_CALIBRATE | CMD_TOP))
		*shorts++ = '+'; /* the command's own options are the command's */
	*shorts++ = ':';
	for (size_t i = 0; option_rows[i].name; i++) {
		if (!(option_rows[i].commands & bit))
			continue;
		*longs++ = (struct option){option_rows[i].name, has_arg(&option_rows[i]), NULL,
					   256 + (int)i};
		if (!option_rows[i].shorthand)
			continue;
		*shorts++ = option_rows[i].shorthand;
		if (option_rows[i].arg)
			*shorts++ = ':';
	}
	*longs = (struct option){0};
	*shorts = '\0';
}

static const struct option_row *row_of(unsigned int bit, int c)
{
	if (c >= 256)
		return &option_rows[c - 256];
	for (size_t i = 0; option_rows[i].name; i++) {
		if (option_rows[i].shorthand == c && option_rows[i].commands & bit)
			return &option_rows[i];
	}
	return NULL;
}

/* ".x" of "dir/name.x"; NULL: none. */
static const char *ending_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return dot && dot != name ? dot : NULL;
}

static int unknown(const char *what, const char *word, char *known)
{
	err("%s %s; one of %s", what, word, known);
	free(known);
	return -1;
}

/* By -f, or what is wanted where nobody chose. */
static const struct report *preset(const struct opts *o)
{
	if (o->format)
		return report__by_name(o->format);
	return o->nbaselines ? report__by_name("changes") : &reports[0];
}

/* The format of a target: of several, and of one without -f, by the file's ending, where it has
 * one, but for that of text; else by -f, or the pstats table. */
static int resolve_target(const struct opts *o, struct target *t)
{
	const char *ending = t->path ? ending_of(t->path) : NULL;
	bool by_ending = ending && (!o->format || o->ntargets > 1);

	if (by_ending)
		t->report = report__by_extension(t->path);
	else
		t->report = preset(o);
	if (by_ending && t->report == &reports[0])
		t->report = preset(o);
	if (t->report)
		return 0;
	if (by_ending)
		return unknown("-o: no format is known by the ending", ending,
			       report__extensions());
	return unknown("-f: unknown format", o->format, report__names());
}

int opts__resolve(struct opts *o)
{
	if (!o->ntargets)
		ARR_PUSH(o->targets, o->ntargets);
	for (size_t i = 0; i < o->ntargets; i++) {
		if (resolve_target(o, &o->targets[i]))
			return -1;
	}
	return 0;
}

/* The commands that have the option of that word, "bpfprof report, bpfprof top"; NULL: none. */
static char *commands_with(const char *word)
{
	const bool is_short = word[1] != '-';
	const size_t n = is_short ? 1 : strcspn(word + 2, "=");
	unsigned int bits = 0;
	char *all = NULL;

	for (const struct option_row *row = option_rows; row->name; row++) {
		if (is_short ? row->shorthand == word[1]
			     : strlen(row->name) == n && !strncmp(row->name, word + 2, n))
			bits |= row->commands;
	}
	for (const struct command *c = commands; c->name; c++) {
		char *name = xasprintf("bpfprof%s%s", *c->name ? " " : "", c->name);

		if (bits & c->bit)
			all = xlist(all, name);
		free(name);
	}
	return all;
}

/* One line of what getopt_long, which gave c, did not take. */
static int refuse(const struct opts *o, unsigned int bit, int c, char *const *argv)
{
	const char letter[] = {'-', (char)optopt, '\0'};
	const char *word = optopt > 0 && optopt < 256 ? letter : argv[optind - 1];
	const bool is_known = c == ':' || optopt >= 256;
	char *others = is_known ? NULL : commands_with(word);
	const char *near = is_known || word == letter ? NULL : option__nearest(bit, word + 2);

	if (others)
		err("%s: an option of %s, not of this command; see '%s'", word, others, o->see);
	else if (near)
		err("%s: no such option; did you mean --%s? See '%s'", word, near, o->see);
	else
		err("%s: %s; see '%s'", word,
		    c == ':'	    ? "needs a value"
		    : optopt >= 256 ? "takes no value"
				    : "no such option",
		    o->see);
	free(others);
	return STATUS_USAGE;
}

/* A command of ours behind options, which would be taken for a program to run. */
static bool is_too_late(const struct command *cmd, const char *before, const char *word)
{
	return !*cmd->name && word && strcmp(before, "--") != 0 && *command__find(word)->name;
}

int opts__parse(struct opts *o, const struct command *cmd, int argc, char **argv)
{
	struct option longs[OPTION_ROWS + 1];
	char shorts[2 * OPTION_ROWS + 3];
	int c;

	*o = (struct opts){.limits = session_limits_default, .backend = "auto"};
	o->limits.functions = o->limits.edges = o->limits.frames = 0; /* not given */
	o->min_percent = -1;					      /* not given */
	snprintf(o->see, sizeof(o->see), "bpfprof %s%s--help", cmd->name, *cmd->name ? " " : "");
	getopt_view(cmd->bit, longs, shorts);
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = row_of(cmd->bit, c);

		if (c == ':' || c == '?')
			return refuse(o, cmd->bit, c, argv);
		if (row->parse(o, row, optarg))
			return STATUS_USAGE;
	}
	o->args = argv + optind;
	o->nargs = argc - optind;
	if (is_too_late(cmd, argv[optind - 1], o->args[0])) {
		err("%s: a command comes before its options; say 'bpfprof %s OPTION...', or -- %s "
		    "for a program of that name",
		    o->args[0], o->args[0], o->args[0]);
		return STATUS_USAGE;
	}
	if (o->nargs && cmd->bare && !o->help) {
		err("%s %s: takes no argument; see '%s'", cmd->name, o->args[0], o->see);
		return STATUS_USAGE;
	}
	if (!(cmd->bit & CMD_DUMP) && opts__resolve(o))
		return STATUS_USAGE;
	return opts__fit(o, cmd) ? STATUS_USAGE : 0;
}

bool opts__name_pid(const struct opts *o, unsigned int pid)
{
	for (size_t i = 0; i < o->npids; i++) {
		if (o->pids[i] == pid)
			return true;
	}
	return false;
}

void opts__free(struct opts *o)
{
	free(o->targets);
	free(o->pids);
	free(o->sort);
	free(o->clocks);
	for (size_t i = 0; i < o->nrestrictions; i++)
		restriction__free(&o->restrictions[i]);
	free(o->restrictions);
	for (size_t i = 0; i < o->nonly; i++)
		restriction__free(&o->only[i]);
	for (size_t i = 0; i < o->nexcept; i++)
		restriction__free(&o->except[i]);
	free(o->only);
	if (o->match)
		restriction__free(o->match);
	free(o->match);
	free(o->headers);
	free(o->labels);
	free(o->baselines);
	free(o->thresholds);
	free(o->except);
	for (size_t i = 0; i < o->ntrack_names; i++)
		free(o->track_names[i]);
	free(o->track_names);
	free(o->patterns);
}

char *opts__hiding(const struct opts *o, bool joining)
{
	const struct {
		bool is_given;
		const char *name;
	} all[] = {{o->nonly, "--only"},
		   {o->nexcept, "--exclude"},
		   {o->mine, "--mine"},
		   {o->no_builtins, "--builtins"},
		   {joining && o->strip_dirs, "--strip-dirs"},
		   {joining && o->fold_recursion, "--fold-recursion"}};
	char *names = NULL;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (all[i].is_given)
			names = xlist(names, all[i].name);
	}
	return names;
}
