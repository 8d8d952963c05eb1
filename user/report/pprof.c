/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pprof's profile.proto, gzipped. With call paths a sample is a path, and pprof's "cum" what is
 * below it. Without, it is a function alone: stacks that are longer would be guessed, for who was
 * called in whose call is not in a profile of functions and pairs. "flat" figures are the own ones.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/protobuf.h"
#include "model/clock.h"
#include "model/paths.h"
#include "report/labels.h"
#include "report/rows.h"

/* Field numbers of its messages. */
enum {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE = 2,
	PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5,
	PROFILE_STRING = 6,
	PROFILE_TIME = 9,
	PROFILE_DURATION = 10,
	PROFILE_PERIOD_TYPE = 11,
	PROFILE_PERIOD = 12,
	PROFILE_COMMENT = 13,
	PROFILE_DEFAULT_TYPE = 14
};
enum { TYPE_TYPE = 1, TYPE_UNIT = 2 };
enum { SAMPLE_LOCATION = 1, SAMPLE_VALUE = 2 };
enum { LOCATION_ID = 1, LOCATION_LINE = 4, LINE_FUNCTION = 1, LINE_LINE = 2 };
enum {
	FUNCTION_ID = 1,
	FUNCTION_NAME = 2,
	FUNCTION_SYSTEM_NAME = 3,
	FUNCTION_FILE = 4,
	FUNCTION_START = 5
};

/* The file being built. Texts are written as they come up, and stand for their numbers. */
struct pprof {
	struct bytes body, part, part_of_part;
	char **texts;
	size_t ntexts;
	uint32_t *buckets; /* from a hash to a text's number + 1 */
	size_t nbuckets;
};

static uint32_t *bucket_of(const struct pprof *f, const char *text)
{
	size_t i = hash__add(HASH_START, text, strlen(text)) & (f->nbuckets - 1);

	while (f->buckets[i] && strcmp(f->texts[f->buckets[i] - 1], text) != 0)
		i = (i + 1) & (f->nbuckets - 1);
	return &f->buckets[i];
}

static void grow_buckets(struct pprof *f)
{
	if (2 * (f->ntexts + 1) <= f->nbuckets)
		return;
	f->nbuckets = f->nbuckets ? 2 * f->nbuckets : 256;
	free(f->buckets);
	f->buckets = xcalloc(f->nbuckets, sizeof(*f->buckets));
	for (size_t i = 0; i < f->ntexts; i++)
		*bucket_of(f, f->texts[i]) = i + 1;
}

static uint32_t text(struct pprof *f, const char *s)
{
	uint32_t *bucket;

	grow_buckets(f);
	bucket = bucket_of(f, s);
	if (!*bucket) {
		*ARR_PUSH(f->texts, f->ntexts) = xstrdup(s);
		*bucket = f->ntexts;
		protobuf__text(&f->body, PROFILE_STRING, s);
	}
	return *bucket - 1;
}

static void put_type(struct pprof *f, int field, const char *type, const char *unit)
{
	protobuf__number(&f->part, TYPE_TYPE, text(f, type));
	protobuf__number(&f->part, TYPE_UNIT, text(f, unit));
	protobuf__message(&f->body, field, &f->part);
}

/* What the values of a sample are: calls, own time, and what that consists of. */
static void put_types(struct pprof *f, const struct prof_clock *const *clocks, size_t n)
{
	put_type(f, PROFILE_SAMPLE_TYPE, "calls", "count");
	put_type(f, PROFILE_SAMPLE_TYPE, "own", "nanoseconds");
	for (size_t i = 1; i < n; i++)
		put_type(f, PROFILE_SAMPLE_TYPE, clocks[i]->name, "nanoseconds");
	protobuf__number(&f->body, PROFILE_DEFAULT_TYPE, text(f, "own"));
	/* nothing is sampled: every nanosecond counts; servers want to be told */
	put_type(f, PROFILE_PERIOD_TYPE, "wall", "nanoseconds");
	protobuf__number(&f->body, PROFILE_PERIOD, 1);
}

static void put_function(struct pprof *f, const struct prof_func *func, const char *label,
			 uint64_t id)
{
	protobuf__number(&f->part, FUNCTION_ID, id);
	protobuf__number(&f->part, FUNCTION_NAME, text(f, label));
	protobuf__number(&f->part, FUNCTION_SYSTEM_NAME, text(f, prof_func__full_name(func)));
	protobuf__number(&f->part, FUNCTION_FILE, text(f, func->file));
	protobuf__number(&f->part, FUNCTION_START, func->line);
	protobuf__message(&f->body, PROFILE_FUNCTION, &f->part);
	protobuf__number(&f->part_of_part, LINE_FUNCTION, id);
	protobuf__number(&f->part_of_part, LINE_LINE, func->line);
	protobuf__number(&f->part, LOCATION_ID, id);
	protobuf__message(&f->part, LOCATION_LINE, &f->part_of_part);
	protobuf__message(&f->body, PROFILE_LOCATION, &f->part);
}

/* Of the stack that was put before it. */
static void put_sample(struct pprof *f, const struct prof_stat *st,
		       const struct prof_clock *const *clocks, size_t n)
{
	protobuf__message(&f->part, SAMPLE_LOCATION, &f->part_of_part);
	protobuf__varint(&f->part_of_part, st->ncalls);
	for (size_t i = 0; i < n; i++)
		protobuf__varint(&f->part_of_part, (uint64_t)prof_clock__own(clocks[i], st));
	protobuf__message(&f->part, SAMPLE_VALUE, &f->part_of_part);
	protobuf__message(&f->body, PROFILE_SAMPLE, &f->part);
}

/* Of deep stacks, the middle is left out: the file would grow by the square of their depth. */
#define KEPT 100 /* at each end */

/* From the path's function out to the outermost; gap is the location that stands for the middle. */
static void put_stack(struct pprof *f, const struct profile *p, uint32_t path, size_t depth,
		      uint64_t gap)
{
	size_t i = 0;

	for (uint32_t at = path; at < PROF_FOLDED; at = p->paths[at].parent, i++) {
		if (i < KEPT || i + KEPT >= depth)
			protobuf__varint(&f->part_of_part, p->paths[at].func + 1);
		else if (i == KEPT)
			protobuf__varint(&f->part_of_part, gap);
	}
}

static bool is_nothing(const struct prof_stat *st)
{
	return !st->ncalls && !st->tottime_ns && !st->own_away.off_ns && !st->own_away.wait_ns;
}

/* A sample for each path. */
static void put_paths(struct pprof *f, const struct profile *p,
		      const struct prof_clock *const *clocks, size_t n)
{
	const struct prof_func gap = {.file = "~", .name = "[frames left out]"};
	size_t *depths = xcalloc(p->npaths + 1, sizeof(*depths)), deepest = 0;

	for (size_t i = 0; i < p->npaths; i++) {
		uint32_t up = p->paths[i].parent;

		depths[i] = 1 + (up < PROF_FOLDED ? depths[up] : 0);
		deepest = depths[i] > deepest ? depths[i] : deepest;
	}
	if (deepest > 2 * KEPT)
		put_function(f, &gap, gap.name, p->nfuncs + 1);
	for (size_t i = 0; i < p->npaths; i++) {
		if (is_nothing(&p->paths[i].stat))
			continue;
		put_stack(f, p, i, depths[i], p->nfuncs + 1);
		put_sample(f, &p->paths[i].stat, clocks, n);
	}
	free(depths);
}

/* Paths, and of each function what is on none. */
static void put_samples(struct pprof *f, const struct profile *p,
			const struct prof_clock *const *clocks, size_t n)
{
	struct prof_stat *rest = paths__remainder(p);

	put_paths(f, p, clocks, n);
	for (size_t i = 0; i < p->nfuncs; i++) {
		if (p->npaths && is_nothing(&rest[i]))
			continue;
		protobuf__varint(&f->part_of_part, i + 1);
		put_sample(f, &rest[i], clocks, n);
	}
	free(rest);
}

static void put_comments(struct pprof *f, const struct profile *p)
{
	if (p->target.command)
		protobuf__number(&f->body, PROFILE_COMMENT, text(f, p->target.command));
	for (size_t i = 0; i < p->nlosses; i++) {
		char *lost = xasprintf("Lost: %llu %s", (unsigned long long)p->losses[i].count,
				       p->losses[i].text);

		protobuf__number(&f->body, PROFILE_COMMENT, text(f, lost));
		free(lost);
	}
	for (size_t i = 0; i < p->nnotes; i++)
		protobuf__number(&f->body, PROFILE_COMMENT, text(f, p->notes[i]));
}

static void build(struct pprof *f, const struct profile *p)
{
	const struct prof_clock *clocks[PROF_CLOCK_PARTS];
	size_t n = prof_clock__parts(p, clocks);
	char **labels = labels__of(p);

	text(f, "");
	put_types(f, clocks, n);
	for (size_t i = 0; i < p->nfuncs; i++)
		put_function(f, &p->funcs[i], labels[i], i + 1);
	put_samples(f, p, clocks, n);
	if (p->target.started_at > 0 && p->target.started_at < 1ll << 33)
		protobuf__number(&f->body, PROFILE_TIME, p->target.started_at * 1000000000ull);
	protobuf__number(&f->body, PROFILE_DURATION, p->target.duration_ns);
	put_comments(f, p);
	labels__free(labels, p);
}

static int put_gzipped(const struct bytes *b, FILE *out)
{
	z_stream z = {.next_in = b->v, .avail_in = b->n};
	unsigned char chunk[1 << 15];
	int status = deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8,
				  Z_DEFAULT_STRATEGY);

	while (status == Z_OK) {
		z.next_out = chunk;
		z.avail_out = sizeof(chunk);
		status = deflate(&z, Z_FINISH);
		fwrite(chunk, 1, sizeof(chunk) - z.avail_out, out);
	}
	deflateEnd(&z);
	if (status == Z_STREAM_END && !ferror(out))
		return 0;
	if (status != Z_STREAM_END)
		errno = ENOMEM;
	return -1;
}

int report_pprof(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	struct pprof f = {0};
	int status;

	(void)opts;
	build(&f, p);
	if (f.body.n > UINT32_MAX) {
		errno = EFBIG; /* no reader takes so much */
		status = -1;
	} else {
		status = put_gzipped(&f.body, out);
	}
	for (size_t i = 0; i < f.ntexts; i++)
		free(f.texts[i]);
	free(f.texts);
	free(f.buckets);
	free(f.body.v);
	free(f.part.v);
	free(f.part_of_part.v);
	return status;
}
