/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Estimates, and what was open before it was seen. */
#include "report/signs.h"

#include "report/footnote.h"

static bool was_open(const struct report_opts *opts, uint32_t row)
{
	return opts->whole->funcs[row].stat.open;
}

static const char *estimate_text(const struct profile *p)
{
	(void)p;
	return "an estimate: more profiling was taken off its own time than is left";
}

const char *sign__open(const struct prof_stat *st)
{
	return st->open ? SIGN_OPEN : "";
}

const char *sign__open_text(const struct profile *p)
{
	if (p->nprocesses > 1)
		return "open when profiling of its process, or an interval of it, began, in a "
		       "forked child at the fork, or begun unseen: its time from then on, and no "
		       "call for that";
	if (p->target.sequence > 1)
		return "open when profiling, or this interval of it, began, or begun unseen: its "
		       "time from then on, and no call for that";
	return "open when profiling began, or begun unseen: its time from then on, and no call for "
	       "that";
}

static const struct sign {
	const char *character;
	bool (*is)(const struct report_opts *opts, uint32_t row);
	const char *(*text)(const struct profile *p);
} signs[SIGNS_LINES] = {
	{"*", report__is_estimate, estimate_text},
	{SIGN_OPEN, was_open, sign__open_text},
};

void signs__print(const struct report_opts *opts, uint32_t row, FILE *out)
{
	for (size_t i = 0; i < SIGNS_LINES; i++) {
		if (signs[i].is(opts, row))
			fprintf(out, " %s", signs[i].character);
	}
}

static void explain(const struct sign *sign, const struct selection *s,
		    const struct report_opts *opts, FILE *out)
{
	size_t i = 0;

	while (i < s->n && !sign->is(opts, s->rows[i]))
		i++;
	if (i < s->n)
		fprintf(out, "   %s %s\n", sign->character, sign->text(opts->whole));
}

void signs__explain(const struct selection *s, const struct report_opts *opts, FILE *out)
{
	for (size_t i = 0; i < SIGNS_LINES; i++)
		explain(&signs[i], s, opts, out);
}
