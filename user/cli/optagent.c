/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values of the agent's own options. */
#include <stdlib.h>
#include <string.h>

#include "agent/label_set.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/optrows.h"

int option__match(struct opts *o, const struct option_row *row, const char *value)
{
	char why[128];

	if (o->match)
		return err("--%s %s: given twice; join them by |", row->name, value);
	o->match = xcalloc(1, sizeof(*o->match));
	if (restriction__regex(o->match, value, why))
		return 0;
	free(o->match);
	o->match = NULL;
	return err("--%s %s: %s; give a regular expression", row->name, value, why);
}

int option__header(struct opts *o, const struct option_row *row, const char *value)
{
	const char *colon = strchr(value, ':');

	if (!colon || colon == value || strpbrk(value, "\r\n"))
		return option__bad(o, row, value, "NAME: VALUE on one line");
	*ARR_PUSH(o->headers, o->nheaders) = value;
	return 0;
}

int option__label(struct opts *o, const struct option_row *row, const char *value)
{
	const char *equals = strchr(value, '=');

	if (!equals || !equals[1] || !label__is_name(value, equals - value))
		return option__bad(
			o, row, value,
			"NAME=VALUE, the name of letters, digits and _, no digit nor __ first");
	*ARR_PUSH(o->labels, o->nlabels) = value;
	return 0;
}
