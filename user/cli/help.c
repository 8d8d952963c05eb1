/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tables of commands and options as --help and as the man page. */
#include <stdio.h>
#include <string.h>

#include "cli/man.h"
#include "cli/optrows.h"

static void help_row(const struct option_row *row, FILE *out)
{
	char left[40];

	snprintf(left, sizeof(left), "%c%c%c --%s%s%s", row->shorthand ? '-' : ' ',
		 row->shorthand ? row->shorthand : ' ', row->shorthand ? ',' : ' ', row->name,
		 row->arg ? " " : "", row->arg ? row->arg : "");
	fprintf(out, "  %-28s%s%s\n", left,
		strlen(left) > 27 ? "\n                              " : "", row->help);
}

void opts__help(const struct command *cmd, FILE *out)
{
	fprintf(out, "Usage: bpfprof %s\n%s\n\nOptions:\n", cmd->usage, cmd->help);
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (row->commands & cmd->bit)
			help_row(row, out);
	}
	if (*cmd->name)
		return;
	fprintf(out, "\nCommands:\n");
	for (const struct command *c = commands + 1; c->name; c++)
		fprintf(out, "  bpfprof %-20s%s\n", c->usage, c->help);
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
		fprintf(out, " %s", row->arg);
	fprintf(out, "\n");
	man_text(row->help, out);
	fprintf(out, "\n");
}

void opts__man(FILE *out)
{
	fputs(man_head, out);
	fputs(".SH SYNOPSIS\n", out);
	for (const struct command *c = commands; c->name; c++) {
		fprintf(out, ".B bpfprof\n");
		man_text(c->usage, out);
		fprintf(out, "\n.br\n");
	}
	fputs(".SH DESCRIPTION\n", out);
	for (const struct command *c = commands; c->name; c++) {
		fprintf(out, ".TP\n.B bpfprof %s\n", c->name);
		man_text(c->help, out);
		fprintf(out, "\n");
	}
	fputs(".SH OPTIONS\n", out);
	for (const struct option_row *row = option_rows; row->name; row++)
		man_row(row, out);
	fputs(man_tail, out);
}
