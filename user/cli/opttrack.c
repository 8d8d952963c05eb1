/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The value of --track. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/optrows.h"

/* FILE:FUNCTION into a pattern. */
static bool parse_pattern(struct acc_pattern *p, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t file = colon ? colon - text : 0, name = colon ? strlen(colon + 1) : 0;

	for (const char *c = text; *c; c++) {
		if (*c & 0x80)
			return false;
	}
	if (!file || !name || file + name > sizeof(p->text))
		return false;
	p->file_bytes = file;
	p->name_bytes = name;
	memcpy(p->text, text, file);
	memcpy(p->text + file, colon + 1, name);
	return true;
}

int option__track(struct opts *o, const struct option_row *row, const char *value)
{
	char *copy = xstrdup(value), *save = NULL, *name = NULL;
	unsigned long track = strtoul(copy, &name, 10);
	char *list = *copy >= '0' && *copy <= '9' && *name == ':' ? strchr(++name, '=') : NULL;
	bool good = list && track < ACC_TRACKS && list[1];

	if (good)
		*list++ = '\0';
	for (char *w = good ? strtok_r(list, ",", &save) : NULL; w && good;
	     w = strtok_r(NULL, ",", &save)) {
		struct acc_pattern p = {.track = track + 1};

		good = o->npatterns < ACC_PATTERNS && parse_pattern(&p, w);
		*ARR_PUSH(o->patterns, o->npatterns) = p;
		*ARR_PUSH(o->track_names, o->ntrack_names) = *name ? xstrdup(name) : NULL;
	}
	free(copy);
	return good ? 0
		    : option__bad(o, row, value,
				  "N:NAME=FILE:FUNCTION[,FILE:FUNCTION] in ASCII, N below 1024, 64 "
				  "functions at most");
}
