/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The loader of stored profiles. The file may be anybody's: every field is checked. */
#include "report/profile_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "model/bias.h"
#include "report/awaits_json.h"
#include "report/held.h"
#include "report/paths_json.h"
#include "report/rows_json.h"
#include "report/tracks_json.h"

static int load_note(const struct rows_json *l, json_t *row)
{
	if (!json_is_string(row))
		return -1;
	profile__add_note(l->p, json_string_value(row));
	return 0;
}

static int load_array(const struct rows_json *l, json_t *root, const char *name,
		      rows_json__load *load)
{
	json_t *all = json_object_get(root, name);
	size_t i;
	json_t *row;

	if (!json_is_array(all))
		return -1;
	json_array_foreach(all, i, row)
	{
		if (load(l, row))
			return -1;
	}
	return 0;
}

static int load_losses(struct profile *p, json_t *root)
{
	json_t *all = json_object_get(root, "losses"), *row;
	const char *name;

	if (!json_is_object(all))
		return -1;
	json_object_foreach(all, name, row)
	{
		const char *text;
		json_int_t count;

		if (json_unpack(row, "{s:I, s:s}", "count", &count, "text", &text) ||
		    !COUNTS(count))
			return -1;
		profile__add_loss(p, name, text, count);
	}
	return 0;
}

static char *text_of(json_t *target, const char *name)
{
	return xstrdup(json_string_value(json_object_get(target, name)));
}

static int load_bias(struct prof_bias *b, json_t *target)
{
	struct prof_added *c = &b->c;
	const char *from;
	int i;

	*b = (struct prof_bias){0};
	if (json_unpack(target,
			"{s:{s:s, s:F, s:F, s:F, s:F, s?F, s?F, s?F, s?F, s?F, s?F, "
			"s?{s:F, s:F, s:F, s:F, s:F}}}",
			"bias", "from", &from, "inside_ns", &b->inside_ns, "outside_ns",
			&b->outside_ns, "inside_error_ns", &b->inside_error, "outside_error_ns",
			&b->outside_error, "pace", &b->factor, "first_ns", &b->first_ns,
			"first_error_ns", &b->first_error, "both_error_ns", &b->both_error,
			"timed_ns", &b->pace.quick_ns, "slower", &b->slower, "c", "inside_ns",
			&c->inside_ns, "outside_ns", &c->outside_ns, "inside_error_ns",
			&c->inside_error, "outside_error_ns", &c->outside_error, "both_error_ns",
			&c->both_error))
		return -1;
	if (!json_object_get(json_object_get(target, "bias"), "c"))
		b->c = b->python;
	if (!prof_bias__in_range(b))
		return -1;
	i = rows_json__index(prof_bias_froms, from);
	b->from = (enum prof_bias_from)i;
	if (i == PROF_BIAS_NONE) /* constants of nothing would be counted beside what is settled */
		*b = (struct prof_bias){0};
	return i < 0 ? -1 : 0;
}

static int load_target(struct profile *p, json_t *root)
{
	json_t *t = json_object_get(root, "target");
	json_int_t pid, start, duration, at, sequence = 0, settled = 0;
	struct prof_bias bias;
	double error;

	if (!t || load_bias(&bias, t) ||
	    json_unpack(t, "{s:I, s:F, s:I, s:I, s:I, s?I}", "pid", &pid, "clock_error", &error,
			"start_ns", &start, "duration_ns", &duration, "started_at", &at, "sequence",
			&sequence) ||
	    json_unpack(root, "{s?{s?I}}", "totals", "error_ns", &settled))
		return -1;
	if (pid < 0 || pid > UINT32_MAX || start < 0 || duration < 0 || settled < 0 ||
	    !TIMES(start, duration, settled) || sequence < 0 || sequence > UINT32_MAX)
		return -1;
	p->settled_error_ns = bias.from == PROF_BIAS_NONE ? settled : 0;
	p->target = (struct prof_target){
		.pid = pid,
		.command = text_of(t, "command"),
		.exe = text_of(t, "exe"),
		.interpreter = text_of(t, "interpreter"),
		.python = text_of(t, "python"),
		.backend = text_of(t, "backend"),
		.clock = text_of(t, "clock"),
		.bias = bias,
		.clock_error = error,
		.start_ns = start,
		.duration_ns = duration,
		.started_at = at,
		.coroutines = json_is_true(json_object_get(t, "coroutines")),
		.io = json_is_true(json_object_get(t, "io")),
		.only_wall = json_is_true(json_object_get(t, "only_wall")),
		.sequence = sequence,
	};
	return 0;
}

static int load_process(const struct rows_json *l, json_t *row)
{
	struct prof_process q = {.command = text_of(row, "command"),
				 .python = text_of(row, "python")};
	json_int_t pid, start;
	int error = json_unpack(row, "{s:I, s:I}", "pid", &pid, "start_ns", &start);

	if (!error && (pid < 0 || pid > UINT32_MAX || start < 0 || !TIMES(start)))
		error = -1;
	if (!error) {
		q.pid = pid;
		q.start_ns = start;
		profile__add_process(l->p, &q);
	}
	free(q.command);
	free(q.python);
	return error;
}

/* Profiles of earlier days have none. */
static int load_processes(const struct rows_json *l, json_t *root)
{
	return json_object_get(root, "processes") ? load_array(l, root, "processes", load_process)
						  : 0;
}

static int load_track(const struct rows_json *l, json_t *row)
{
	return tracks_json__load(l->p, row);
}

/* Profiles of earlier days have none. */
static int load_tracks(const struct rows_json *l, json_t *root)
{
	return json_object_get(root, "tracks") ? load_array(l, root, "tracks", load_track) : 0;
}

/* Of a part of a run. */
static int load_run(const struct rows_json *l, json_t *root)
{
	json_t *run = json_object_get(root, "whole");

	l->p->is_part = run != NULL;
	l->p->had_c = json_is_true(json_object_get(run, "c_functions"));
	return run ? rows_json__stat(l, &l->p->run, run) : 0;
}

const char *profile_json__parts(const struct rows_json *l, json_t *root, rows_json__load *edge)
{
	const struct {
		const char *name;
		rows_json__load *load;
	} arrays[] = {
		{"functions", rows_json__function},
		{"edges", edge},
		{"threads", rows_json__thread},
		{"notes", load_note},
	};

	if (load_target(l->p, root))
		return "target";
	if (load_losses(l->p, root))
		return "losses";
	for (size_t i = 0; i < sizeof(arrays) / sizeof(*arrays); i++) {
		if (load_array(l, root, arrays[i].name, arrays[i].load))
			return arrays[i].name;
	}
	if (load_processes(l, root))
		return "processes";
	if (load_tracks(l, root))
		return "tracks";
	if (json_object_get(root, "gil") && held__load(l->p, json_object_get(root, "gil")))
		return "gil";
	if (load_run(l, root))
		return "whole";
	if (json_object_get(root, "paths") &&
	    paths_json__load(l->p, json_object_get(root, "paths")))
		return "paths";
	if (json_object_get(root, "awaits") && load_array(l, root, "awaits", awaits_json__load))
		return "awaits";
	return NULL;
}

bool profile_json__knows(const char *bytes, size_t size)
{
	size_t i = 0;

	while (i < size && strchr(" \t\r\n{", bytes[i]) && bytes[i])
		i++;
	return i && (i == size || bytes[i] == '"' || bytes[i] == '}');
}

struct profile *profile_json__parse(const char *name, const char *bytes, size_t size)
{
	json_error_t error;
	json_t *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
	const char *schema = json_string_value(json_object_get(root, "schema")), *part;
	struct rows_json l;

	if (!root) {
		err("cannot read %s: %s; give a file that 'bpfprof -o x.json' wrote", name,
		    error.text);
		return NULL;
	}
	if (!schema || (strcmp(schema, "bpfprof/2") && strcmp(schema, "bpfprof/1"))) {
		err("cannot read %s: it is not a profile of schema bpfprof/2 or bpfprof/1; give a "
		    "file that 'bpfprof -o x.json' wrote",
		    name);
		json_decref(root);
		return NULL;
	}
	l = (struct rows_json){profile__new(), !strcmp(schema, "bpfprof/1")};
	part = profile_json__parts(&l, root, rows_json__edge);
	json_decref(root);
	if (!part)
		return l.p;
	err("cannot read %s: \"%s\" in it is not as bpfprof writes it; measure again", name, part);
	profile__free(l.p);
	return NULL;
}
