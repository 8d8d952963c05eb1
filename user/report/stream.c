/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records of the stream. */
#include "report/stream.h"

#include <stdlib.h>

#include "bpfprof/version.h"
#include "model/bias.h"
#include "model/idle.h"
#include "report/fields.h"
#include "report/jsonout.h"
#include "report/rows.h"

#define SCHEMA "bpfprof-stream/1"

void stream__run(const struct profile *reading, char run[STREAM_RUN])
{
	const struct prof_target *t = &reading->target;

	snprintf(run, STREAM_RUN, "%016llx%08x%08x", (unsigned long long)t->start_ns,
		 (unsigned int)t->started_at, t->pid);
}

/* A record with what all have and the members of more, which is taken. NULL: a text is no UTF-8. */
static json_t *record_of(const char *record, const char *run, uint64_t sequence, json_t *more)
{
	json_t *line = json_pack("{s:s, s:s, s:s, s:I}", "record", record, "schema", SCHEMA, "run",
				 run, "sequence", (json_int_t)sequence);

	if (json_object_update(line, more)) {
		json_decref(line);
		line = NULL;
	}
	json_decref(more);
	return line;
}

static int put(const char *record, const char *run, uint64_t sequence, json_t *more, FILE *out)
{
	return json__dump(record_of(record, run, sequence, more), JSON_COMPACT, out);
}

int stream__meta(const struct profile *reading, const char *run, FILE *out)
{
	const struct prof_target *t = &reading->target;
	json_t *more =
		json_pack("{s:s, s:I, s:s?, s:s?, s:s?, s:I}", "bpfprof_version", BPFPROF_VERSION,
			  "pid", (json_int_t)t->pid, "command", t->command, "python", t->python,
			  "backend", t->backend, "started_at", (json_int_t)t->started_at);

	return put("meta", run, 0, more, out);
}

/* The rows that are not idle, as one more member of an open object. */
static void put_rows(const char *name, const struct profile *span, size_t n, fields__row *row,
		     bool (*is_idle)(const struct profile *span, size_t i), FILE *out)
{
	struct prof_bias *of = profile__biases(span);
	const char *before = "";

	fprintf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		if (is_idle(span, i))
			continue;
		fputs(before, out);
		before = ",";
		fields__write(row, span, of, i, out);
	}
	putc(']', out);
	free(of);
}

static bool is_idle_func(const struct profile *span, size_t i)
{
	return profile__is_idle(span, PROF_FUNCS, i, &span->funcs[i].stat);
}

static bool is_idle_edge(const struct profile *span, size_t i)
{
	return profile__is_idle(span, PROF_EDGES, i, &span->edges[i].stat);
}

static void drop_without_hits(json_t *rows)
{
	for (size_t i = json_array_size(rows); i--;) {
		if (!json_integer_value(json_object_get(json_array_get(rows, i), "hit_count")))
			json_array_remove(rows, i);
	}
}

/* Of the tracks those blocks, and of them those threads, that had hits. */
static void only_hit(json_t *tracks)
{
	json_t *track, *block;
	size_t i, k;

	json_array_foreach(tracks, i, track)
	{
		json_t *blocks = json_object_get(track, "blocks");

		drop_without_hits(blocks);
		json_array_foreach(blocks, k, block)
			drop_without_hits(json_object_get(block, "threads"));
	}
}

/* The rows are written one by one: there may be thousands of them a second. */
int stream__tick(const struct profile *span, const char *run, uint64_t sequence, FILE *out)
{
	const struct prof_target *t = &span->target;
	json_t *more = json__head(span);

	only_hit(json_object_get(more, "tracks"));
	json_object_del(more, "schema");
	json_object_del(more, "bpfprof_version");
	json_object_del(more, "notes");
	json_object_set_new(more, "start_ns", json_integer((json_int_t)t->start_ns));
	json_object_set_new(more, "duration_ns", json_integer((json_int_t)t->duration_ns));
	putc('{', out);
	if (json__put(record_of("tick", run, sequence, more), JSON_COMPACT | JSON_EMBED, out))
		return -1;
	put_rows("functions", span, span->nfuncs, fields__function, is_idle_func, out);
	put_rows("edges", span, span->nedges, fields__edge, is_idle_edge, out);
	return fputs("}\n", out) < 0 ? -1 : 0;
}

int stream__end(const struct profile *last, const char *run, uint64_t sequence, FILE *out)
{
	json_t *head = json__head(last);
	json_t *more = json_pack("{s:I, s:O}", "duration_ns", (json_int_t)last->target.duration_ns,
				 "notes", json_object_get(head, "notes"));

	json_decref(head);
	return put("end", run, sequence, more, out);
}

/* The whole of it in one tick. */
int report_ndjson(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	char run[STREAM_RUN];

	(void)opts;
	stream__run(p, run);
	if (stream__meta(p, run, out) || stream__tick(p, run, 1, out))
		return -1;
	return stream__end(p, run, 2, out);
}
