/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tables of commands and options as --help and as the man page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "bpfprof/version.h"
#include "cli/man.h"
#include "cli/optrows.h"

#define LEFT  30 /* columns of the names, and of the whole */
#define WIDTH 80

/* Text from column LEFT on, broken at blanks, each line indented. */
static void help_text(const char *text, FILE *out)
{
	while (*text) {
		size_t n = strlen(text), most = WIDTH - LEFT;

		for (size_t at = most; n > most && at; at--) {
			if (text[at] == ' ')
				n = at;
		}
		fprintf(out, "%.*s\n", (int)n, text);
		text += n + (text[n] == ' ');
		if (*text)
			fprintf(out, "%*s", LEFT, "");
	}
}

/* A name and what it is, the latter on a line of its own where the name is too long. */
static void help_row(const char *name, const char *text, FILE *out)
{
	if (strlen(name) > LEFT - 4)
		fprintf(out, "  %s\n%*s", name, LEFT, "");
	else
		fprintf(out, "  %-*s", LEFT - 2, name);
	help_text(text, out);
}

/* Between an option and its value. */
static const char *space_of(const struct option_row *row)
{
	return row->arg && *row->arg != '[' ? " " : "";
}

static void help_option(const struct option_row *row, FILE *out)
{
	char *name = xasprintf("%c%c%c --%s%s%s", row->shorthand ? '-' : ' ',
			       row->shorthand ? row->shorthand : ' ', row->shorthand ? ',' : ' ',
			       row->name, space_of(row), row->arg ? row->arg : "");

	help_row(name, row->help, out);
	free(name);
}

static void help_command(const struct command *cmd, FILE *out)
{
	char *name = xasprintf("bpfprof %s", cmd->usage);

	help_row(name, cmd->help, out);
	free(name);
}

static void help_formats(FILE *out)
{
	fprintf(out, "\nFormats:\n");
	for (const struct report *r = reports; r->name; r++) {
		char *text = xasprintf("%s%s%s%s", r->help, r->extension ? " (" : "",
				       r->extension ? r->extension : "", r->extension ? ")" : "");

		help_row(r->name, text, out);
		free(text);
	}
}

void opts__help(const struct command *cmd, FILE *out)
{
	fprintf(out, "Usage: bpfprof %s\n%s\n\nOptions:\n", cmd->usage, cmd->help);
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (row->commands & cmd->bit)
			help_option(row, out);
	}
	if (cmd->bit & (CMD_PROFILE | CMD_REPORT))
		help_formats(out);
	if (*cmd->name)
		return;
	fprintf(out, "\nCommands:\n");
	for (const struct command *c = commands + 1; c->name; c++)
		help_command(c, out);
}

/* Text with what man(7) would read as its own escaped. */
static void man_text(const char *s, FILE *out)
{
	for (; *s; s++) {
		if (*s == '-' || *s == '\\')
			putc('\\', out);
		putc(*s, out);
	}
}

static void man_row(const struct option_row *row, FILE *out)
{
	fprintf(out, ".TP\n.B ");
	if (row->shorthand)
		fprintf(out, "\\-%c, \\-\\-", row->shorthand);
	else
		fprintf(out, "\\-\\-");
	man_text(row->name, out);
	if (row->arg)
		fprintf(out, "%s%s", space_of(row), row->arg);
	fprintf(out, "\n");
	man_text(row->help, out);
	fprintf(out, "\n");
}

/* The command that the row is explained with: the first that has it. */
static const struct command *home_of(const struct option_row *row)
{
	const struct command *c = commands;

	while (c->name && !(row->commands & c->bit))
		c++;
	return c;
}

/* Names of the rows that cmd shares with commands before it. */
static void man_shared(const struct command *cmd, FILE *out)
{
	char *all = NULL, *name;

	for (const struct option_row *row = option_rows; row->name; row++) {
		if (!(row->commands & cmd->bit) || home_of(row) == cmd || row->commands == CMD_ALL)
			continue;
		name = xasprintf("--%s", row->name);
		all = xlist(all, name);
		free(name);
	}
	if (!all)
		return;
	fputs("As above: ", out);
	man_text(all, out);
	fputs(".\n", out);
	free(all);
}

static bool has_rows(const struct command *cmd)
{
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (row->commands & cmd->bit && row->commands != CMD_ALL)
			return true;
	}
	return false;
}

static void man_options(const struct command *cmd, FILE *out)
{
	if (!has_rows(cmd))
		return;
	fprintf(out, ".SS bpfprof %s\n", cmd->name);
	man_shared(cmd, out);
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (home_of(row) == cmd)
			man_row(row, out);
	}
}

static void man_formats(FILE *out)
{
	fputs(".SH FORMATS\n", out);
	for (const struct report *r = reports; r->name; r++) {
		fprintf(out, ".TP\n.B ");
		man_text(r->name, out);
		fprintf(out, " %s\n", r->extension ? r->extension : "");
		man_text(r->help, out);
		fprintf(out, "\n");
	}
}

static void man_usage(const struct command *cmd, FILE *out)
{
	fprintf(out, ".B bpfprof\n");
	man_text(cmd->usage, out);
	fprintf(out, "\n.br\n");
}

static const char *const prose[] = {man_processes, man_builtins, man_coroutines, man_io,  man_tail,
				    man_views,	   man_output,	 man_live,	 man_rest};

#define PROSE (sizeof(prose) / sizeof(*prose))

void opts__man(FILE *out)
{
	fputs(man_head, out);
	fputs(".SH SYNOPSIS\n", out);
	for (const struct command *c = commands; c->name; c++)
		man_usage(c, out);
	fputs(".SH DESCRIPTION\n", out);
	for (const struct command *c = commands; c->name; c++) {
		fprintf(out, ".TP\n.B bpfprof %s\n", c->name);
		man_text(c->help, out);
		fprintf(out, "\n");
	}
	fputs(".SH OPTIONS\n", out);
	for (const struct command *c = commands; c->name; c++)
		man_options(c, out);
	man_formats(out);
	for (size_t i = 0; i < PROSE; i++)
		fputs(prose[i], out);
}

/* What the whole page has under the command's name; NULL: nothing. *length: how much. */
static const char *section_of(const char *name, size_t *length)
{
	const char *body, *end;

	for (size_t i = 0; i < PROSE; i++) {
		for (const char *at = prose[i]; (at = strstr(at, ".SH ")); at = body) {
			body = at + strcspn(at, "\n");
			if ((size_t)(body - at) != strlen(".SH ") + strlen(name) ||
			    strncasecmp(at + strlen(".SH "), name, strlen(name)))
				continue;
			end = strstr(++body, "\n.SH ");
			*length = end ? (size_t)(end + 1 - body) : strlen(body);
			return body;
		}
	}
	return NULL;
}

static void man_description(const struct command *cmd, FILE *out)
{
	size_t length = 0;
	const char *section = section_of(cmd->name, &length);

	fputs(".SH DESCRIPTION\n", out);
	if (section) {
		fwrite(section, 1, length, out);
		return;
	}
	man_text(cmd->help, out);
	fputs(".\n", out);
}

void opts__man_of(const struct command *cmd, FILE *out)
{
	fprintf(out,
		".TH \"BPFPROF\\-%s\" 8 \"\" \"bpfprof " BPFPROF_VERSION
		"\" \"System administration\"\n",
		cmd->name);
	fprintf(out, ".SH NAME\nbpfprof\\-%s \\- ", cmd->name);
	man_text(cmd->help, out);
	fputs("\n.SH SYNOPSIS\n", out);
	man_usage(cmd, out);
	man_description(cmd, out);
	fputs(".SH OPTIONS\n", out);
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (row->commands & cmd->bit)
			man_row(row, out);
	}
	if (cmd->bit & CMD_REPORT)
		man_formats(out);
	fputs(".SH SEE ALSO\n.BR bpfprof (8)\n", out);
}
