/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/html_kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/clock.h"
#include "model/profile.h"
#include "report/footnote.h"

json_t *html_kinds__clocks(const struct profile *p)
{
	json_t *all = json_array();

	for (const struct prof_clock *c = prof_clocks; c->name; c++) {
		json_t *reasons = json_array();

		for (int r = 0; r < PROF_REASONS; r++) {
			if (c->reasons >> r & 1)
				json_array_append_new(reasons, json_string(prof_reason_names[r]));
		}
		json_array_append_new(all,
				      json_pack("{s:s, s:s, s:i, s:i, s:i, s:o}", "name", c->name,
						"help", c->help, "wall", c->wall, "off", c->off,
						"wait", c->wait, "reasons", reasons));
		if (p->target.only_wall)
			break;
	}
	return all;
}

json_t *html_kinds__io(const struct profile *p)
{
	json_t *all = json_array();

	for (int kind = 0; p->target.io && kind < PROF_IO_KINDS; kind++)
		json_array_append_new(all, json_string(prof_io_names[kind]));
	return all;
}

json_t *html_kinds__remarks(const struct profile *p)
{
	json_t *all = json_array();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		report__waits(p, out);
		fclose(out);
	}
	for (char *line = text ? strtok(text, "\n") : NULL; line; line = strtok(NULL, "\n"))
		json_array_append_new(all, json_string(line + strspn(line, " ")));
	free(text);
	return all;
}
