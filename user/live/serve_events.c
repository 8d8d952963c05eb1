/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records of the stream. */
#include "live/serve_events.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/jsonout.h"

static char *line(json_t *record, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (!out) {
		json_decref(record);
		return NULL;
	}
	json__dump(record, JSON_COMPACT, out);
	fclose(out);
	return text;
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

char *serve_events__meta(const struct profile *p, const char *run, size_t *size)
{
	const struct prof_target *t = &p->target;

	return line(json_pack("{s:s, s:i, s:s, s:I, s:o, s:o, s:o, s:I}", "record", "meta",
			      "schema", SERVE_EVENTS_SCHEMA, "run", run, "pid", (json_int_t)t->pid,
			      "command", text_or_null(t->command), "python",
			      text_or_null(t->python), "backend", text_or_null(t->backend),
			      "started_at", (json_int_t)t->started_at),
		    size);
}

static json_t *functions_of(const struct profile *span)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < span->nfuncs; i++) {
		if (!prof_stat__is_idle(&span->funcs[i].stat))
			json_array_append_new(rows, json__function(span, i));
	}
	return rows;
}

static json_t *losses_of(const struct profile *span)
{
	json_t *losses = json_object();

	for (size_t i = 0; i < span->nlosses; i++)
		json_object_set_new(losses, span->losses[i].name,
				    json_integer((json_int_t)span->losses[i].count));
	return losses;
}

char *serve_events__tick(const struct profile *span, const char *run, uint64_t sequence,
			 size_t *size)
{
	const struct prof_target *t = &span->target;

	return line(json_pack("{s:s, s:s, s:I, s:I, s:I, s:o, s:o}", "record", "tick", "run", run,
			      "sequence", (json_int_t)sequence, "start_ns", (json_int_t)t->start_ns,
			      "duration_ns", (json_int_t)t->duration_ns, "functions",
			      functions_of(span), "losses", losses_of(span)),
		    size);
}

char *serve_events__end(const char *run, uint64_t sequence, size_t *size)
{
	return line(json_pack("{s:s, s:s, s:I}", "record", "end", "run", run, "sequence",
			      (json_int_t)sequence),
		    size);
}
