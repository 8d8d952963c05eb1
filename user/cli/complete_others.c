/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Completion for zsh and fish, which show the options' help too. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/complete.h"

/* What is in special gets a backslash. */
static void put_escaped(const char *text, const char *special, FILE *out)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

/* The same within single quotes of zsh, which end where a quote stands. */
static void put_quoted(const char *text, const char *special, FILE *out)
{
	for (const char *end; (end = strchr(text, '\'')); text = end + 1) {
		char *part = xasprintf("%.*s", (int)(end - text), text);

		put_escaped(part, special, out);
		fputs("'\\''", out);
		free(part);
	}
	put_escaped(text, special, out);
}

/* --- zsh: a list of _arguments' specifications for each command --------------------------------
 */

static void zsh_option(const struct option_row *row, const char *dashed, FILE *out)
{
	char *words = complete__words(row);
	bool optional = row->arg && *row->arg == '[';
	const char *joint = dashed[1] != '-' ? "+" : optional ? "=-" : "=";

	fprintf(out, "\t\t'*%s%s[", dashed, row->arg ? joint : "");
	put_quoted(row->help, "[]\\", out);
	fputc(']', out);
	if (row->arg) {
		fputs(optional ? "::" : ":", out);
		put_quoted(row->arg, ":\\", out);
		if (words)
			fprintf(out, ":(%s)", words);
		else
			fputs(strstr(row->arg, "FILE") ? ":_files" : ": ", out);
	}
	fputs("'\n", out);
	free(words);
}

static void zsh_command(const struct command *cmd, FILE *out)
{
	fprintf(out, "\t%s) specs=(\n", *cmd->name ? cmd->name : "*");
	for (const struct option_row *row = option_rows; row->name; row++) {
		char dashed[64];

		if (!(row->commands & cmd->bit))
			continue;
		snprintf(dashed, sizeof(dashed), "--%s", row->name);
		zsh_option(row, dashed, out);
		snprintf(dashed, sizeof(dashed), "-%c", row->shorthand);
		if (row->shorthand)
			zsh_option(row, dashed, out);
	}
	fputs("\t\t) ;;\n", out);
}

void complete__zsh(FILE *out)
{
	fputs("#compdef bpfprof\n"
	      "# Completion for zsh, as \"bpfprof completion zsh\" prints it.\n"
	      "local -a specs names\n"
	      "case $words[2] in\n",
	      out);
	for (const struct command *c = commands + 1; c->name; c++)
		zsh_command(c, out);
	zsh_command(commands, out);
	fputs("esac\nnames=(\n", out);
	for (const struct command *c = commands + 1; c->name; c++) {
		fprintf(out, "\t'%s:", c->name);
		put_quoted(c->help, "\\", out);
		fputs("'\n", out);
	}
	fputs(")\n"
	      "if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
	      "\t_describe command names\n"
	      "else\n"
	      "\t_arguments -s $specs '*:file:_files'\n"
	      "fi\n",
	      out);
}

/* --- fish: a line for each option of each command -----------------------------------------------
 */

static void fish_option(const struct command *cmd, const struct option_row *row, FILE *out)
{
	char *words = complete__words(row);

	fprintf(out, "complete -c bpfprof -n '__bpfprof_is \"%s\"' -l %s", cmd->name, row->name);
	if (row->shorthand)
		fprintf(out, " -s %c", row->shorthand);
	if (words)
		fprintf(out, " %s -a '%s'", *row->arg == '[' ? "-f" : "-x", words);
	else if (row->arg && *row->arg != '[')
		fputs(" -r", out);
	fputs(" -d '", out);
	put_escaped(row->help, "'\\", out);
	fputs("'\n", out);
	free(words);
}

void complete__fish(FILE *out)
{
	fputs("# Completion for fish, as \"bpfprof completion fish\" prints it.\n"
	      "function __bpfprof_is\n"
	      "\tset -l words (commandline -opc) ''\n"
	      "\tset -l names",
	      out);
	for (const struct command *c = commands + 1; c->name; c++)
		fprintf(out, " %s", c->name);
	fputs("\n"
	      "\tcontains -- $words[2] $names; or set words[2] ''\n"
	      "\ttest \"$words[2]\" = \"$argv[1]\"\n"
	      "end\n"
	      "function __bpfprof_first\n"
	      "\ttest (count (commandline -opc)) = 1\n"
	      "end\n",
	      out);
	for (const struct command *c = commands + 1; c->name; c++) {
		fprintf(out, "complete -c bpfprof -n __bpfprof_first -a %s -d '", c->name);
		put_escaped(c->help, "'\\", out);
		fputs("'\n", out);
	}
	for (const struct command *c = commands; c->name; c++) {
		for (const struct option_row *row = option_rows; row->name; row++) {
			if (row->commands & c->bit)
				fish_option(c, row, out);
		}
	}
}
