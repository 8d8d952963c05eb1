/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The JSON that Chrome's about:tracing and Perfetto read: a bar for the life of each thread, with
 * its figures and those of its blocks. Single calls and hits have no times of their own. */
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
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
	double us = t->end_ns > t->start_ns ? (t->end_ns - t->start_ns) / 1e3 : 0;

	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:f, s:f, s:{s:o, s:I, s:I, s:I, s:o, s:o}}",
			 "ph", "X", "cat", "thread", "name", t->name, "pid",
			 (json_int_t)p->target.pid, "tid", (json_int_t)t->tid, "ts",
			 t->start_ns / 1e3, "dur", us, "args", "ncalls", json_int(t->ncalls),
			 "tottime_ns", (json_int_t)t->tottime_ns, "off_ns",
			 (json_int_t)t->away.off_ns, "runnable_ns", (json_int_t)t->away.wait_ns,
			 "switches", json_int(t->switches), "blocks", blocks_of(p, i));
}

int report_chrome(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	json_t *events = json_array();

	(void)opts;
	if (!p->nthreads) {
		json_decref(events);
		errno = ENODATA;
		return -1;
	}
	json_array_append_new(events, meta("process_name", p->target.pid, p->target.pid,
					   p->target.command ? p->target.command : "python"));
	for (uint32_t i = 0; i < p->nthreads; i++) {
		json_array_append_new(events, meta("thread_name", p->target.pid, p->threads[i].tid,
						   p->threads[i].name));
		json_array_append_new(events, thread_event(p, i));
	}
	return json__dump(json_pack("{s:o, s:s}", "traceEvents", events, "displayTimeUnit", "ns"),
			  JSON_COMPACT, out);
}
