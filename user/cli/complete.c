/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Completion for the shells, and for bash itself, from the tables of commands, options and formats.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/capture.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/complete.h"
#include "cli/optrows.h"
#include "model/clock.h"

static char *sort_keys(void)
{
	return xstrdup(sort_key__list());
}

static char *clocks(void)
{
	char *all = NULL;

	for (const struct prof_clock *c = prof_clocks; c->name; c++)
		all = xlist(all, c->name);
	return all;
}

static char *known_backends(void)
{
	char *all = xlist(NULL, "auto");

	for (const struct backend *const *b = backends; *b; b++)
		all = xlist(all, (*b)->name);
	return all;
}

static bool is_literal(const char *word)
{
	return !word[strspn(word, "abcdefghijklmnopqrstuvwxyz")];
}

/* Options whose words stand in tables of their own. */
static const struct {
	const char *option;
	char *(*words)(void);
} tabled[] = {{"sort", sort_keys},
	      {"clock", clocks},
	      {"by", option__groups},
	      {"backend", known_backends},
	      {"format", report__names}};

/* Those of "auto|off|NS" or "[=all|require]" that stand for themselves. */
static char *literals(const char *arg)
{
	char *all = NULL, *copy = xstrdup(arg), *save = NULL;

	for (char *w = strtok_r(copy, "[=|]", &save); w; w = strtok_r(NULL, "[=|]", &save)) {
		if (is_literal(w))
			all = xlist(all, w);
	}
	free(copy);
	return all;
}

char *complete__words(const struct option_row *row)
{
	char *words = NULL;

	for (size_t i = 0; i < sizeof(tabled) / sizeof(*tabled) && !words; i++) {
		if (!strcmp(tabled[i].option, row->name) && !(row->arg && strchr(row->arg, '|')))
			words = tabled[i].words();
	}
	if (!words && row->arg && strchr(row->arg, '|'))
		words = literals(row->arg);
	for (char *c = words; c && *c; c++) {
		if (*c == ',')
			*c = ' ';
	}
	return words;
}

/* "-f | --format | --format=", or where the value may be left out, which stands behind an = only,
 * "--builtins=". */
static void put_pattern(const struct option_row *row, FILE *out)
{
	if (row->shorthand)
		fprintf(out, "-%c | ", row->shorthand);
	if (*row->arg != '[')
		fprintf(out, "--%s | ", row->name);
	fprintf(out, "--%s=", row->name);
}

static void put_values(const struct command *cmd, FILE *out)
{
	for (const struct option_row *row = option_rows; row->name; row++) {
		char *words = row->commands & cmd->bit ? complete__words(row) : NULL;

		if (words) {
			fputs("\t\t", out);
			put_pattern(row, out);
			fprintf(out, ") COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n",
				words);
		}
		free(words);
	}
}

static void put_options(const struct command *cmd, FILE *out)
{
	fputs("\t\toptions='", out);
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (row->commands & cmd->bit)
			fprintf(out, "--%s ", row->name);
	}
	fputs("'\n", out);
}

static void put_names(FILE *out)
{
	for (const struct command *c = commands + 1; c->name; c++)
		fprintf(out, "%s ", c->name);
}

/* The words that the command takes in place of files: those of its usage that stand for themselves.
 */
static void put_verbs(const struct command *cmd, FILE *out)
{
	char *usage = xstrdup(cmd->usage), *save = NULL;

	fputs("\t\tverbs='", out);
	if (!strcmp(cmd->name, "man"))
		put_names(out);
	for (char *w = strtok_r(usage, " |[]", &save); w; w = strtok_r(NULL, " |[]", &save)) {
		if (is_literal(w) && strcmp(w, cmd->name))
			fprintf(out, "%s ", w);
	}
	fputs("'\n", out);
	free(usage);
}

static void put_command(const struct command *cmd, FILE *out)
{
	fprintf(out, "\t%s)\n\t\tcase $before$sign in\n", *cmd->name ? cmd->name : "*");
	put_values(cmd, out);
	fputs("\t\tesac\n", out);
	put_options(cmd, out);
	if (*cmd->name)
		put_verbs(cmd, out);
	fputs("\t\t;;\n", out);
}

static void complete_bash(FILE *out)
{
	fputs("# Completion for bash, as \"bpfprof completion\" prints it.\n"
	      "_bpfprof()\n{\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options "
	      "verbs= sign=\n"
	      "\tif [ \"$word\" = = ]; then\n"
	      "\t\tword= sign==\n"
	      "\telif [ \"$before\" = = ]; then\n"
	      "\t\tbefore=${COMP_WORDS[COMP_CWORD-2]} sign==\n"
	      "\tfi\n"
	      "\tcase ${COMP_WORDS[1]} in\n",
	      out);
	for (const struct command *c = commands + 1; c->name; c++)
		put_command(c, out);
	put_command(commands, out);
	fputs("\tesac\n"
	      "\tif [[ $word == -* ]]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
	      "\telif [ \"$COMP_CWORD\" = 1 ]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W '",
	      out);
	put_names(out);
	fputs("' -- \"$word\"))\n"
	      "\telif [ -n \"$verbs\" ] && [[ $before != -* ]]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$word\"))\n"
	      "\telse\n"
	      "\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n"
	      "\tfi\n}\n"
	      "complete -o filenames -F _bpfprof bpfprof\n",
	      out);
}

static const struct {
	const char *name;
	void (*print)(FILE *out);
} shells[] = {{"bash", complete_bash}, {"zsh", complete__zsh}, {"fish", complete__fish}};

int cmd_completion(struct opts *o)
{
	const char *shell = o->nargs ? o->args[0] : shells[0].name;

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells) && o->nargs < 2; i++) {
		if (strcmp(shells[i].name, shell))
			continue;
		shells[i].print(stdout);
		return STATUS_DONE;
	}
	err("completion: give one shell: bash, zsh or fish; see 'bpfprof completion --help'");
	return STATUS_USAGE;
}
