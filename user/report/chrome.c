/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The JSON that Chrome's about:tracing and Perfetto read: a bar for the life of each thread, or the
 * part of it that was measured, with its figures and those of its blocks, beneath it a bar for each
 * call of the timeline, and on a line of its own what it did when: one bar for bins in a row in
 * which it did the same for most. Times are in microseconds of CLOCK_MONOTONIC.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/window.h"
#include "report/fields.h"
#include "report/jsonout.h"
#include "report/rows.h"
#include "report/tracks_json.h"

static json_t *meta(const char *what, uint32_t pid, uint32_t tid, const char *name)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:{s:s}}", "ph", "M", "name", what, "pid",
			 (json_int_t)pid, "tid", (json_int_t)tid, "args", "name", name);
}

/* The hits of one thread in each block it was in. */
static json_t *blocks_of(const struct profile *p, uint32_t thread)
{
	json_t *all = json_object();

	for (size_t i = 0; i < p->nblocks; i++) {
		const struct prof_block *b = &p->blocks[i];

		for (size_t k = 0; k < b->nthreads; k++) {
			if (b->threads[k].thread != thread)
				continue;
			json_object_set_new(all, b->name,
					    json_pack("{s:o, s:I}", "hits",
						      json_int(b->threads[k].hits.hit_count),
						      "total_ns",
						      (json_int_t)b->threads[k].hits.total_ns));
		}
	}
	return all;
}

static json_t *thread_event(const struct profile *p, uint32_t i)
{
	const struct prof_thread *t = &p->threads[i];
	const uint64_t from = prof_thread__from(p, t);
	double us = t->end_ns > from ? (t->end_ns - from) / 1e3 : 0;

	return json_pack(
		"{s:s, s:s, s:s, s:I, s:I, s:f, s:f, s:{s:o, s:I, s:I, s:I, s:o, s:I, s:o, s:o}}",
		"ph", "X", "cat", "thread", "name", t->name, "pid",
		(json_int_t)prof_thread__pid(p, t), "tid", (json_int_t)t->tid, "ts", from / 1e3,
		"dur", us, "args", "ncalls", json_int(t->ncalls), "tottime_ns",
		(json_int_t)t->tottime_ns, "off_ns", (json_int_t)t->away.off_ns, "runnable_ns",
		(json_int_t)t->away.wait_ns, "reasons", fields__group(&FIELDS_REASONS(&t->away)),
		"idle_ns", (json_int_t)t->idle_ns, "switches", json_int(t->switches), "blocks",
		blocks_of(p, i));
}

/* Appends to the list of events. */
static void print(json_t *event, FILE *out)
{
	fputs(",\n", out);
	json__print(event, out);
}

static void print_processes(const struct profile *p, FILE *out)
{
	for (size_t i = 0; i < p->nprocesses; i++) {
		const struct prof_process *q = &p->processes[i];

		if (q->pid != p->target.pid)
			print(meta("process_name", q->pid, q->pid, q->command ? q->command : ""),
			      out);
	}
}

/* How long the thread did what, in the bins from one up to the other. */
static json_t *did_json(const struct prof_strip *strip, uint32_t from, uint32_t until)
{
	json_t *did = json_object();

	for (int s = 0; s < PROF_STATES; s++) {
		char *key = xasprintf("%s_ns", prof_state_names[s]);
		int64_t ns = 0;

		for (uint32_t i = from; i < until; i++)
			ns = prof_ns(ns + strip->ns[i][s]);
		if (ns)
			json_object_set_new(did, key, json_integer(ns));
		free(key);
	}
	return did;
}

static json_t *state_event(const struct profile *p, const struct prof_thread *t, const char *phase,
			   const char *name, uint64_t ns)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:f}", "ph", phase, "cat", "state", "name",
			 name, "id", (json_int_t)t->tid, "pid", (json_int_t)prof_thread__pid(p, t),
			 "tid", (json_int_t)t->tid, "ts", ns / 1e3);
}

/* Of the last bin, which the thread may have ended in, what it has lived of it. */
static uint64_t end_of(const struct prof_thread *t, uint32_t until)
{
	const uint64_t end = prof_strip__end(t->strip);
	const uint64_t at = t->strip->start_ns + until * t->strip->bin_ns;

	if (until < t->strip->nbins)
		return at;
	return end < t->end_ns ? end : t->end_ns;
}

static void print_strip(const struct profile *p, const struct prof_thread *t, FILE *out)
{
	const struct prof_strip *strip = t->strip;

	for (uint32_t from = 0, until; strip && from < strip->nbins; from = until) {
		enum prof_state most = prof_strip__most(strip, from);
		json_t *begin = state_event(p, t, "b", prof_state_names[most],
					    strip->start_ns + from * strip->bin_ns);

		until = from + 1;
		while (until < strip->nbins && prof_strip__most(strip, until) == most)
			until++;
		json_object_set_new(begin, "args", did_json(strip, from, until));
		print(begin, out);
		print(state_event(p, t, "e", prof_state_names[most], end_of(t, until)), out);
	}
}

static void print_threads(const struct profile *p, FILE *out)
{
	for (uint32_t i = 0; i < p->nthreads; i++) {
		const struct prof_thread *t = &p->threads[i];

		print(meta("thread_name", prof_thread__pid(p, t), t->tid, t->name), out);
		print(thread_event(p, i), out);
		print_strip(p, t, out);
	}
}

/* What all events of a function have in common, the two braces that close it left out; to be freed.
 */
static char *common(const struct prof_func *f)
{
	char *at = xasprintf("%s:%" PRIu32, f->file, f->line);
	char *text = json__text(json_pack("{s:s, s:s, s:s, s:{s:s}}", "ph", "X", "cat",
					  prof_kinds[f->kind], "name", prof_func__full_name(f),
					  "args", "at", at));

	text[strlen(text) - 2] = '\0';
	free(at);
	return text;
}

/* Moments are whole nanoseconds: a double has no room for them in microseconds. */
static void print_event(const struct profile *p, const struct prof_event *e, const char *common,
			FILE *out)
{
	const struct prof_thread *t = &p->threads[e->thread];

	fprintf(out,
		",\n%s%s%s},\"pid\":%" PRIu32 ",\"tid\":%" PRIu32 ",\"ts\":%" PRIu64 ".%03u"
		",\"dur\":%" PRIu64 ".%03u}",
		common, e->began_before ? ",\"began_before\":true" : "",
		e->goes_on ? ",\"goes_on\":true" : "", prof_thread__pid(p, t), t->tid,
		e->start_ns / 1000, (unsigned int)(e->start_ns % 1000), e->ns / 1000,
		(unsigned int)(e->ns % 1000));
}

static void print_events(const struct profile *p, FILE *out)
{
	char **texts = xcalloc(p->nfuncs, sizeof(*texts));

	for (size_t i = 0; i < p->nevents; i++) {
		uint32_t f = p->events[i].func;

		if (!texts[f])
			texts[f] = common(&p->funcs[f]);
		print_event(p, &p->events[i], texts[f], out);
	}
	for (size_t i = 0; i < p->nfuncs; i++)
		free(texts[i]);
	free(texts);
}

int report_chrome(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	(void)opts;
	fputs("{\"traceEvents\":[\n", out);
	json__print(meta("process_name", p->target.pid, p->target.pid,
			 p->target.command ? p->target.command : "python"),
		    out);
	print_processes(p, out);
	print_threads(p, out);
	print_events(p, out);
	fprintf(out,
		"\n],\"displayTimeUnit\":\"ns\",\"otherData\":{\"calls\":%zu,"
		"\"earlier_calls\":%" PRIu64 "}}\n",
		p->nevents, p->events_gone);
	return ferror(out) ? -1 : 0;
}
