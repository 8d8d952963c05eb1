/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tracks and blocks as JSON: the part of a profile of schema bpfprof/2, and the layout that the
 * package bpfprof writes too (user/python). */
#include "report/jsonout.h"
#include "report/tracks_json.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/rows.h"
#include "report/tracks.h"

int64_t json_cut(uint64_t v)
{
	return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

json_t *json_int(uint64_t v)
{
	return json_integer(json_cut(v));
}

static json_t *histogram_array(const struct prof_hits *h)
{
	json_t *all = json_array();
	int n = PROF_BUCKETS;

	while (n && !h->histogram[n - 1])
		n--;
	for (int i = 0; i < n; i++)
		json_array_append_new(all, json_int(h->histogram[i]));
	return all;
}

static void set_hits(json_t *row, const struct prof_hits *h)
{
	json_object_set_new(row, "hit_count", json_int(h->hit_count));
	json_object_set_new(row, "total_time_ns", json_integer(h->total_ns));
	json_object_set_new(row, "own_time_ns", json_integer(h->own_ns));
	json_object_set_new(row, "avg_time_ns", json_real(hits__average(h)));
	json_object_set_new(row, "min_time_ns", json_int(h->min_ns));
	json_object_set_new(row, "max_time_ns", json_int(h->max_ns));
	json_object_set_new(row, "p50_ns", json_int(hits__percentile(h, 50)));
	json_object_set_new(row, "p99_ns", json_int(hits__percentile(h, 99)));
	json_object_set_new(row, "histogram", histogram_array(h));
}

static json_t *threads_json(const struct profile *p, const struct prof_block *b)
{
	json_t *all = json_array();

	for (size_t i = 0; i < b->nthreads; i++) {
		json_t *row = json_pack("{s:I, s:I}", "thread", (json_int_t)b->threads[i].thread,
					"tid", (json_int_t)p->threads[b->threads[i].thread].tid);

		set_hits(row, &b->threads[i].hits);
		json_array_append_new(all, row);
	}
	return all;
}

static json_t *block_json(const struct profile *p, const struct prof_block *b,
			  const struct prof_hits *of_track, const struct prof_hits *of_all)
{
	json_t *row = json_pack("{s:s, s:s?, s:I}", "name", b->name, "file", b->file, "line",
				(json_int_t)b->line);
	double of = hits__percent(b->hits.total_ns, of_track->total_ns);
	double all = hits__percent(b->hits.total_ns, of_all->total_ns);

	set_hits(row, &b->hits);
	json_object_set_new(row, "pct_track", json_real(of));
	json_object_set_new(row, "pct_total", json_real(all));
	json_object_set_new(row, "threads", threads_json(p, b));
	return row;
}

json_t *tracks_json(const struct profile *p)
{
	struct ordered o = tracks__order(p);
	struct prof_hits all = tracks__sum(&o, 0, o.n);
	json_t *tracks = json_array();

	for (size_t i = 0, end; i < o.n; i = end) {
		const struct prof_track *t = tracks__at(&o, i);
		json_t *blocks = json_array();
		struct prof_hits sum;

		end = tracks__end(&o, i);
		sum = tracks__sum(&o, i, end);
		for (size_t k = i; k < end; k++)
			json_array_append_new(blocks, block_json(p, o.v[k], &sum, &all));
		json_array_append_new(tracks,
				      json_pack("{s:s?, s:I, s:s?, s:b, s:o}", "group", t->group,
						"track_idx", (json_int_t)t->idx, "track_name",
						t->name, "enabled", t->enabled, "blocks", blocks));
	}
	free(o.v);
	return tracks;
}

/* --- read again --------------------------------------------------------------------------------
 */

static int load_histogram(struct prof_hits *h, json_t *all)
{
	size_t i;
	json_t *n;
	uint64_t sum = 0;

	if (!json_is_array(all) || json_array_size(all) > PROF_BUCKETS)
		return -1;
	json_array_foreach(all, i, n)
	{
		if (!json_is_integer(n) || json_integer_value(n) < 0)
			return -1;
		h->histogram[i] = json_integer_value(n);
		sum += h->histogram[i];
	}
	return sum == h->hit_count ? 0 : -1;
}

static int load_hits(struct prof_hits *h, json_t *row)
{
	json_int_t hits, total, own, min, max;
	json_t *histogram;

	if (json_unpack(row, "{s:I, s:I, s:I, s:I, s:I, s:o}", "hit_count", &hits, "total_time_ns",
			&total, "own_time_ns", &own, "min_time_ns", &min, "max_time_ns", &max,
			"histogram", &histogram) ||
	    hits < 1 || (uint64_t)hits > PROF_COUNT_MAX || min < 0 || max < min ||
	    max != prof_ns(max) || total != prof_ns(total) || own != prof_ns(own))
		return -1;
	*h = (struct prof_hits){
		.hit_count = hits, .total_ns = total, .own_ns = own, .min_ns = min, .max_ns = max};
	return load_histogram(h, histogram);
}

static int load_threads(struct profile *p, struct prof_block *b, json_t *all)
{
	struct prof_block_thread t;
	json_int_t thread;
	json_t *row;
	size_t i;

	if (!json_is_array(all))
		return -1;
	json_array_foreach(all, i, row)
	{
		if (json_unpack(row, "{s:I}", "thread", &thread) || thread < 0 ||
		    (size_t)thread >= p->nthreads || load_hits(&t.hits, row))
			return -1;
		t.thread = thread;
		*ARR_PUSH(b->threads, b->nthreads) = t;
	}
	return 0;
}

static int load_block(struct profile *p, uint32_t track, json_t *row)
{
	json_t *file, *threads;
	json_int_t line;
	const char *name;
	size_t before = p->nblocks;
	struct prof_block *b;

	if (json_unpack(row, "{s:s, s:o, s:I, s:o}", "name", &name, "file", &file, "line", &line,
			"threads", &threads) ||
	    (!json_is_string(file) && !json_is_null(file)) || line < 0 || line > UINT32_MAX)
		return -1;
	b = profile__block(p, track, name, json_string_value(file), line);
	if (p->nblocks == before)
		return -1; /* the same block twice */
	return load_hits(&b->hits, row) || load_threads(p, b, threads) ? -1 : 0;
}

int tracks_json__load(struct profile *p, json_t *row)
{
	json_t *group, *name, *blocks, *block;
	json_int_t idx;
	int enabled;
	size_t before = p->ntracks, i;
	uint32_t track;

	if (json_unpack(row, "{s:o, s:I, s:o, s:b, s:o}", "group", &group, "track_idx", &idx,
			"track_name", &name, "enabled", &enabled, "blocks", &blocks) ||
	    (!json_is_string(group) && !json_is_null(group)) ||
	    (!json_is_string(name) && !json_is_null(name)) || !json_is_array(blocks) || idx < 0 ||
	    idx > UINT32_MAX)
		return -1;
	track = profile__track(p, json_string_value(group), idx);
	if (p->ntracks == before)
		return -1; /* the same track twice */
	prof_track__name(&p->tracks[track], json_string_value(name));
	p->tracks[track].enabled = enabled;
	json_array_foreach(blocks, i, block)
	{
		if (load_block(p, track, block))
			return -1;
	}
	return 0;
}

/* --- the package's layout ----------------------------------------------------------------------
 */

static json_t *histogram_object(const struct prof_hits *h)
{
	json_t *all = json_object();
	char bound[24];

	for (int i = 0; i < PROF_BUCKETS; i++) {
		if (!h->histogram[i])
			continue;
		snprintf(bound, sizeof(bound), "%llu", 1ull << i);
		json_object_set_new(all, bound, json_int(h->histogram[i]));
	}
	return all;
}

static json_t *plain_block(const struct prof_block *b)
{
	const struct prof_hits *h = &b->hits;

	return json_pack("{s:s, s:s?, s:I, s:o, s:I, s:f, s:o, s:o, s:I, s:o, s:o, s:o}", "name",
			 b->name, "file", b->file, "line", (json_int_t)b->line, "hit_count",
			 json_int(h->hit_count), "total_time_ns", (json_int_t)h->total_ns,
			 "avg_time_ns", hits__average(h), "min_time_ns", json_int(h->min_ns),
			 "max_time_ns", json_int(h->max_ns), "own_time_ns", (json_int_t)h->own_ns,
			 "p50_ns", json_int(hits__percentile(h, 50)), "p99_ns",
			 json_int(hits__percentile(h, 99)), "histogram", histogram_object(h));
}

static json_t *plain_track(const struct ordered *o, size_t from, size_t end)
{
	const struct prof_track *t = tracks__at(o, from);
	json_t *blocks = json_array();

	for (; from < end; from++)
		json_array_append_new(blocks, plain_block(o->v[from]));
	return json_pack("{s:I, s:s?, s:b, s:o}", "track_idx", (json_int_t)t->idx, "track_name",
			 t->name, "enabled", t->enabled, "blocks", blocks);
}

static json_t *plain_group(const struct ordered *o, size_t from, size_t end)
{
	const struct prof_track *t = from < o->n ? tracks__at(o, from) : NULL;
	const char *name = tracks__group(o->p, t);
	json_t *tracks = json_array();

	for (size_t next; from < end; from = next) {
		next = tracks__end(o, from);
		json_array_append_new(tracks, plain_track(o, from, next));
	}
	return json_pack("{s:s, s:o}", "profiler_name", name, "tracks", tracks);
}

int report_tracks_json(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	struct ordered o = tracks__order(p);
	size_t end = tracks__group_end(&o, 0);
	json_t *root = end == o.n ? plain_group(&o, 0, end) : json_array();

	(void)opts;
	for (size_t from = 0, next; end < o.n && from < o.n; from = next) {
		next = tracks__group_end(&o, from);
		json_array_append_new(root, plain_group(&o, from, next));
	}
	free(o.v);
	return json__dump(root, JSON_INDENT(2), out);
}
