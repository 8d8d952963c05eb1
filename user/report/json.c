/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The profile as one JSON object, schema "bpfprof/2" (bpfprof-2.schema.json beside this file).
 * Rows are flat: functions[], edges[] and threads[] are tables as they stand, tracks[] hold their
 * blocks.
 */
#include <jansson.h>
#include <stdlib.h>

#include "bpfprof/version.h"
#include "model/bias.h"
#include "report/awaits_json.h"
#include "report/fields.h"
#include "report/footnote.h"
#include "report/held.h"
#include "report/jsonout.h"
#include "report/paths_json.h"
#include "report/rows.h"
#include "report/strip_json.h"
#include "report/tracks_json.h"

static json_t *bias_c_json(const struct prof_bias *b)
{
	const struct prof_added *c = &b->c;

	if (!prof_bias__has_c(b))
		return NULL;
	return json_pack("{s:f, s:f, s:f, s:f, s:f}", "inside_ns", c->inside_ns, "outside_ns",
			 c->outside_ns, "inside_error_ns", c->inside_error, "outside_error_ns",
			 c->outside_error, "both_error_ns", c->both_error);
}

static json_t *bias_json(const struct prof_bias *b)
{
	return json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:o*}", "from",
			 prof_bias_froms[b->from], "inside_ns", b->inside_ns, "outside_ns",
			 b->outside_ns, "first_ns", b->first_ns, "inside_error_ns", b->inside_error,
			 "outside_error_ns", b->outside_error, "first_error_ns", b->first_error,
			 "both_error_ns", b->both_error, "slower", b->slower, "pace", b->factor,
			 "timed_ns", b->pace.quick_ns, "c", bias_c_json(b));
}

static json_t *target_json(const struct prof_target *t)
{
	json_t *row =
		json_pack("{s:o, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:f, s:o, s:o, s:I}",
			  "pid", json_int(t->pid), "command", t->command, "exe", t->exe,
			  "interpreter", t->interpreter, "python", t->python, "backend", t->backend,
			  "clock", t->clock, "bias", bias_json(&t->bias), "clock_error",
			  t->clock_error, "start_ns", json_int(t->start_ns), "duration_ns",
			  json_int(t->duration_ns), "started_at", (json_int_t)t->started_at);

	if (t->only_wall)
		json_object_set_new(row, "only_wall", json_true());
	if (t->coroutines)
		json_object_set_new(row, "coroutines", json_true());
	if (t->io)
		json_object_set_new(row, "io", json_true());
	if (t->sequence)
		json_object_set_new(row, "sequence", json_int(t->sequence));
	return row;
}

/* As it was measured. */
static json_t *raw_json(int64_t ns, int64_t taken_off)
{
	return json_integer(fields__raw_ns(ns, taken_off));
}

static json_t *totals_json(const struct profile *p)
{
	const struct prof_stat sum = report__sum(p);
	const struct prof_io io = profile__sum_io(p);
	json_t *row = json_object();

	json_object_set_new(row, "ncalls", json_int(sum.ncalls));
	json_object_set_new(row, "primitive_calls", json_int(sum.primitive_calls));
	json_object_set_new(row, "tottime_ns", json_integer(sum.tottime_ns));
	json_object_set_new(row, "error_ns", json_integer((json_int_t)profile__bias_error(p)));
	json_object_set_new(row, "raw_tottime_ns", raw_json(sum.tottime_ns, sum.own_bias_ns));
	json_object_set_new(row, "off_ns", json_integer(sum.own_away.off_ns));
	json_object_set_new(row, "runnable_ns", json_integer(sum.own_away.wait_ns));
	json_object_set_new(row, "reasons", fields__group(&FIELDS_REASONS(&sum.own_away)));
	if (p->target.io)
		json_object_set_new(row, "io", fields__group(&FIELDS_IO(&io)));
	return row;
}

static json_t *losses_json(const struct profile *p)
{
	json_t *all = json_object();

	for (size_t i = 0; i < p->nlosses; i++)
		json_object_set_new(all, p->losses[i].name,
				    json_pack("{s:o, s:s}", "count", json_int(p->losses[i].count),
					      "text", p->losses[i].text));
	return all;
}

static json_t *notes_json(const struct profile *p)
{
	json_t *all = json_array();

	for (size_t i = 0; i < p->nnotes; i++)
		json_array_append_new(all, json_string(p->notes[i]));
	return all;
}

static json_t *rows_json(const struct profile *p, size_t n, fields__row *row)
{
	struct prof_bias *of = profile__biases(p);
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, fields__tree(row, p, of, i));
	free(of);
	return all;
}

static json_t *threads_json(const struct profile *p)
{
	json_t *all = json_array();

	for (size_t i = 0; i < p->nthreads; i++) {
		const struct prof_thread *t = &p->threads[i];

		json_array_append_new(
			all, json_pack("{s:I, s:I, s:s, s:o, s:I, s:o, s:I, s:I, s:o, s:I, s:o, "
				       "s:o, s:I, s:o, s:o, s:o*}",
				       "pid", (json_int_t)prof_thread__pid(p, t), "tid",
				       (json_int_t)t->tid, "name", t->name, "ncalls",
				       json_int(t->ncalls), "tottime_ns", (json_int_t)t->tottime_ns,
				       "raw_tottime_ns", raw_json(t->tottime_ns, t->bias_ns),
				       "off_ns", (json_int_t)t->away.off_ns, "runnable_ns",
				       (json_int_t)t->away.wait_ns, "reasons",
				       fields__group(&FIELDS_REASONS(&t->away)), "idle_ns",
				       (json_int_t)t->idle_ns, "switches", json_int(t->switches),
				       "untold", json_int(t->untold), "untold_ns",
				       (json_int_t)t->untold_ns, "start_ns", json_int(t->start_ns),
				       "end_ns", json_int(t->end_ns), "strip",
				       strip_json__of(t->strip)));
	}
	return all;
}

static json_t *processes_json(const struct profile *p)
{
	struct prof_stat *stats = profile__process_stats(p);
	json_t *all = json_array();

	for (size_t i = 0; i < p->nprocesses; i++) {
		const struct prof_process *q = &p->processes[i];
		const struct prof_stat stat = stats[i];

		json_array_append_new(all, json_pack("{s:I, s:o, s:s?, s:s?, s:o, s:I, s:o}", "pid",
						     (json_int_t)q->pid, "start_ns",
						     json_int(q->start_ns), "command", q->command,
						     "python", q->python, "ncalls",
						     json_int(stat.ncalls), "tottime_ns",
						     (json_int_t)stat.tottime_ns, "raw_tottime_ns",
						     raw_json(stat.tottime_ns, stat.own_bias_ns)));
	}
	free(stats);
	return all;
}

static json_t *whole_json(const struct profile *p)
{
	json_t *whole = fields__tree(fields__run, p, NULL, 0);

	if (p->had_c)
		json_object_set_new(whole, "c_functions", json_true());
	return whole;
}

json_t *json__head(const struct profile *p)
{
	json_t *gil = held__json(p);
	json_t *root = json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "schema", "bpfprof/2", "bpfprof_version",
		BPFPROF_VERSION, "target", target_json(&p->target), "totals", totals_json(p),
		"losses", losses_json(p), "notes", notes_json(p), "threads", threads_json(p));

	if (p->nprocesses)
		json_object_set_new(root, "processes", processes_json(p));
	if (gil)
		json_object_set_new(root, "gil", gil);
	if (p->awaits.n)
		json_object_set_new(root, "awaits", awaits_json(p, false));
	if (p->is_part)
		json_object_set_new(root, "whole", whole_json(p));
	json_object_set_new(root, "tracks", tracks_json(p));
	return root;
}

int report_json(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	json_t *root = json__head(p);

	(void)opts;
	json_object_set_new(root, "functions", rows_json(p, p->nfuncs, fields__function));
	json_object_set_new(root, "edges", rows_json(p, p->nedges, fields__edge));
	if (p->npaths)
		json_object_set_new(root, "paths", paths_json(p));
	if (p->npaths && p->awaits.n)
		json_object_set_new(root, "awaits", awaits_json(p, true));
	return json__dump(root, JSON_INDENT(1), out);
}
