/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Line by line. The file may be anybody's: every field is checked. */
#include "report/profile_stream.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "model/bias.h"
#include "model/extend.h"
#include "model/fold.h"
#include "report/profile_json.h"

#define SCHEMA "bpfprof-stream/1"

struct stream_reading {
	const char *name;
	struct profile *before; /* of streams that came before this one; NULL: none */
	struct profile *p;	/* of this one's ticks so far; NULL: none yet */
	char *run;		/* which it is; NULL: none yet */
	json_int_t sequence;	/* of its last record */
	uint64_t missing;	/* records that it should have had before that */
	uint64_t line;		/* of the file */
	bool ended, cut_off;
};

bool profile_stream__knows(const char *bytes, size_t size)
{
	static const char begin[] = "{\"record\":", schema[] = "\"bpfprof-stream/";
	const size_t head = size < 256 ? size : 256;

	return size > strlen(begin) && !memcmp(bytes, begin, strlen(begin)) &&
	       memmem(bytes, head, schema, strlen(schema));
}

struct stream_reading *stream_reading__new(const char *name)
{
	struct stream_reading *r = xcalloc(1, sizeof(*r));

	r->name = name;
	return r;
}

void stream_reading__free(struct stream_reading *r)
{
	profile__free(r->before);
	profile__free(r->p);
	free(r->run);
	free(r);
}

static int refuse(const struct stream_reading *r, const char *why)
{
	return err("cannot read %s: line %" PRIu64 " %s; give the x.json of the same run, if there "
		   "is one",
		   r->name, r->line, why);
}

/* --- a tick ------------------------------------------------------------------------------------
 */

/* The function at one end of a pair, which the tick need not have as a row. */
static int name_end(const struct rows_json *l, json_t *row, const char *end)
{
	const char *file, *name;
	json_int_t line;
	char names[3][16];

	snprintf(names[0], sizeof(names[0]), "%s_file", end);
	snprintf(names[1], sizeof(names[1]), "%s_line", end);
	snprintf(names[2], sizeof(names[2]), "%s_name", end);
	if (json_unpack(row, "{s:s, s:I, s:s}", names[0], &file, names[1], &line, names[2],
			&name) ||
	    line < 0 || line > UINT32_MAX)
		return -1;
	return json_object_set_new(
		row, end, json_integer(profile__func(l->p, file, (uint32_t)line, name, NULL)));
}

/* Ids are of the run's functions, of which a tick has some. */
static int load_edge(const struct rows_json *l, json_t *row)
{
	return name_end(l, row, "caller") || name_end(l, row, "callee") || rows_json__edge(l, row);
}

static void add_notes(struct stream_reading *r)
{
	if (r->missing)
		profile__take_note(r->p, xasprintf("the stream lacks %" PRIu64
						   " of its records, and what happened in them",
						   r->missing));
	if (r->cut_off)
		profile__add_note(r->p,
				  "the stream ends within a record: that is missing, and what "
				  "came after it");
	else if (!r->ended)
		profile__add_note(r->p, "the stream has no end: what came after its last record is "
					"missing");
}

/* What has come of this stream goes to what came of those before it. */
static void put_by(struct stream_reading *r)
{
	if (r->p)
		add_notes(r);
	if (r->p && r->before)
		profile__add(r->before, r->p);
	else if (r->p)
		r->before = r->p;
	if (r->before)
		profile__settle_aways(r->before); /* of ticks that nobody measured they need not */
	r->p = NULL;
	free(r->run);
	r->run = NULL;
	r->missing = 0;
	r->ended = false;
}

static int read_tick(struct stream_reading *r, json_t *record)
{
	struct rows_json l = {.p = profile__new()};
	const char *part;

	json_object_set_new(record, "notes", json_array());
	part = profile_json__parts(&l, record, load_edge);
	if (part) {
		profile__free(l.p);
		return refuse(r, json_object_get(record, "target") ? "is a broken tick"
								   : "is of an earlier bpfprof");
	}
	if (!r->p) {
		r->p = l.p;
		return 0;
	}
	profile__extend(r->p, l.p);
	profile__free(l.p);
	return 0;
}

static int read_end(struct stream_reading *r, json_t *record)
{
	json_t *notes = json_object_get(record, "notes"), *note;
	size_t i;

	json_array_foreach(notes, i, note)
	{
		if (!json_is_string(note))
			return refuse(r, "is a broken end");
		if (r->p)
			profile__add_note(r->p, json_string_value(note));
	}
	r->ended = true;
	return 0;
}

/* --- records -----------------------------------------------------------------------------------
 */

/* Begins with another run where it is one's. 0 or -1 after one line. */
static int place(struct stream_reading *r, const char *run, json_int_t sequence)
{
	if (r->run && (strcmp(r->run, run) != 0 || !sequence))
		put_by(r);
	if (!r->run) {
		r->run = xstrdup(run);
		r->sequence = -1;
	}
	if (sequence <= r->sequence || sequence > (json_int_t)PROF_COUNT_MAX)
		return refuse(r, "is out of order");
	r->missing += (uint64_t)(sequence - r->sequence - 1);
	r->sequence = sequence;
	return 0;
}

static int read_record(struct stream_reading *r, json_t *record)
{
	static const struct {
		const char *name;
		int (*read)(struct stream_reading *r, json_t *record);
	} kinds[] = {{"tick", read_tick}, {"end", read_end}};
	const char *name, *schema, *run;
	json_int_t sequence;

	if (json_unpack(record, "{s:s, s:s, s:s, s:I}", "record", &name, "schema", &schema, "run",
			&run, "sequence", &sequence) ||
	    strcmp(schema, SCHEMA) != 0)
		return refuse(r, "is no record of schema " SCHEMA);
	if (place(r, run, sequence))
		return -1;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(kinds[i].name, name))
			return kinds[i].read(r, record);
	}
	return 0;
}

static int read_line(struct stream_reading *r, const char *line, size_t size, bool is_last)
{
	json_error_t error;
	json_t *record;
	int status;

	r->line++;
	if (!size)
		return 0;
	record = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
	if (!record && is_last) {
		r->cut_off = true;
		return 0;
	}
	status = record ? read_record(r, record) : refuse(r, "is not JSON");
	json_decref(record);
	return status;
}

ssize_t stream_reading__feed(struct stream_reading *r, const char *bytes, size_t size, size_t fresh)
{
	const char *at = bytes, *from = bytes + fresh, *end;

	while ((end = memchr(from, '\n', (size_t)(bytes + size - from)))) {
		if (read_line(r, at, (size_t)(end - at), false))
			return -1;
		at = from = end + 1;
	}
	return at - bytes;
}

struct profile *stream_reading__end(struct stream_reading *r, const char *rest, size_t size)
{
	struct profile *p = NULL;

	if (!read_line(r, rest, size, true)) {
		put_by(r);
		p = r->before;
		r->before = NULL;
		if (!p)
			err("cannot read %s: no tick of the stream was written yet; give it once "
			    "there is one",
			    r->name);
	}
	stream_reading__free(r);
	return p;
}

struct profile *profile_stream__parse(const char *name, const char *bytes, size_t size)
{
	struct stream_reading *r = stream_reading__new(name);
	ssize_t used = stream_reading__feed(r, bytes, size, 0);

	if (used >= 0)
		return stream_reading__end(r, bytes + used, size - (size_t)used);
	stream_reading__free(r);
	return NULL;
}
