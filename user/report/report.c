/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of reports. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/rows.h"

const struct report reports[] = {
	{"pstats", ".txt", "the table of Python's pstats", NULL, false, false, report_pstats},
	{"callers", NULL, "who called each function, as pstats prints it", NULL, false, false,
	 report_callers},
	{"callees", NULL, "whom each function called, as pstats prints it", NULL, false, false,
	 report_callees},
	{"tracks", NULL, "blocks by track", NULL, false, true, report_tracks},
	{"csv", ".csv", "blocks by track, as CSV", "blocks", false, true, report_csv},
	{"tracks-json", NULL, "blocks by track, as the package bpfprof writes them", NULL, false,
	 true, report_tracks_json},
	{"json", ".json", "the whole profile, whatever -s and -n say", NULL, false, true,
	 report_json},
	{"prof", ".prof", "a file that Python's pstats.Stats loads", "calls of functions", true,
	 false, report_prof},
	{0},
};

const struct report *report__by_name(const char *name)
{
	for (const struct report *r = reports; r->name; r++) {
		if (!strcmp(r->name, name))
			return r;
	}
	return NULL;
}

const struct report *report__by_extension(const char *path)
{
	size_t len = strlen(path), longest = 0;
	const struct report *found = NULL;

	for (const struct report *r = reports; r->name; r++) {
		size_t n = r->extension ? strlen(r->extension) : 0;

		if (n > longest && len > n && !strcmp(path + len - n, r->extension)) {
			longest = n;
			found = r;
		}
	}
	return found;
}

static char *list(char *all, const char *word)
{
	char *more = xasprintf("%s%s%s", all, *all ? ", " : "", word);

	free(all);
	return more;
}

char *report__names(void)
{
	char *all = xstrdup("");

	for (const struct report *r = reports; r->name; r++)
		all = list(all, r->name);
	return all;
}

char *report__extensions(void)
{
	char *all = xstrdup("");

	for (const struct report *r = reports; r->name; r++) {
		if (r->extension)
			all = list(all, r->extension);
	}
	return all;
}
