/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The profile's containers: rows found by key, added in order of first use. */
#include "model/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/buckets.h"

const char *const prof_kinds[] = {
#define X(id, word) word,
	ACC_KINDS(X)
#undef X
		NULL,
};

const char *const prof_bias_froms[] = {"none", "measured", "stored", "given", "seen", NULL};

const char *prof_func__full_name(const struct prof_func *f)
{
	return f->qualname ? f->qualname : f->name;
}

struct profile_index {
	struct buckets funcs, edges, paths, blocks;
};

static uint64_t func_hash(const void *row)
{
	const struct prof_func *f = row;

	return hash__text(hash__text(hash__mix(0, f->line), f->name), f->file);
}

static uint64_t edge_hash(const void *row)
{
	const struct prof_edge *e = row;

	return hash__mix(hash__mix(1, e->caller), e->callee);
}

struct profile *profile__new(void)
{
	struct profile *p = xcalloc(1, sizeof(*p));

	p->index = xcalloc(1, sizeof(*p->index));
	buckets__size(&p->index->funcs, BUCKETS_FIRST);
	buckets__size(&p->index->edges, BUCKETS_FIRST);
	buckets__size(&p->index->paths, BUCKETS_FIRST);
	buckets__size(&p->index->blocks, BUCKETS_FIRST);
	p->awaits.index = xcalloc(1, sizeof(*p->awaits.index));
	buckets__size(p->awaits.index, BUCKETS_FIRST);
	return p;
}

static void target_free(struct prof_target *t)
{
	free(t->command);
	free(t->exe);
	free(t->interpreter);
	free(t->python);
	free(t->backend);
	free(t->clock);
}

static void tracks_free(struct profile *p)
{
	for (size_t i = 0; i < p->ntracks; i++) {
		free(p->tracks[i].group);
		free(p->tracks[i].name);
	}
	for (size_t i = 0; i < p->nblocks; i++) {
		free(p->blocks[i].name);
		free(p->blocks[i].file);
		free(p->blocks[i].threads);
	}
	free(p->tracks);
	free(p->blocks);
}

static void free_rows(struct profile *p)
{
	for (size_t i = 0; i < p->nfuncs; i++) {
		free(p->funcs[i].file);
		free(p->funcs[i].name);
		free(p->funcs[i].qualname);
	}
	free(p->funcs);
	free(p->edges);
	free(p->paths);
	free(p->parts);
	free(p->events);
	free(p->awaits.v);
	for (size_t i = 0; i < PROF_ROWS; i++)
		free(p->io[i].v);
}

void profile__drop_rows(struct profile *p)
{
	free_rows(p);
	memset(p->io, 0, sizeof(p->io));
	p->funcs = NULL;
	p->edges = NULL;
	p->paths = NULL;
	p->parts = NULL;
	p->events = NULL;
	p->nevents = 0;
	p->nfuncs = p->nedges = p->npaths = p->nparts = 0;
	buckets__forget(&p->index->funcs);
	buckets__forget(&p->index->edges);
	buckets__forget(&p->index->paths);
	profile__forget_awaits(p);
}

static void copy_io(struct profile *to, const struct profile *from, enum prof_rows of)
{
	to->io[of].v = arr_copy(from->io[of].v, from->io[of].n, sizeof(*from->io[of].v));
	to->io[of].n = from->io[of].n;
}

void profile__copy_funcs(struct profile *to, const struct profile *from)
{
	to->funcs = arr_copy(from->funcs, from->nfuncs, sizeof(*from->funcs));
	to->paths = arr_copy(from->paths, from->npaths, sizeof(*from->paths));
	to->nfuncs = from->nfuncs;
	to->npaths = from->npaths;
	copy_io(to, from, PROF_FUNCS);
	copy_io(to, from, PROF_PATHS);
	for (size_t i = 0; i < to->nfuncs; i++) {
		struct prof_func *f = &to->funcs[i];

		f->file = xstrdup(f->file);
		f->name = xstrdup(f->name);
		f->qualname = xstrdup(f->qualname);
	}
	buckets__copy(&to->index->funcs, &from->index->funcs);
	buckets__copy(&to->index->paths, &from->index->paths);
	buckets__size(&to->index->edges, from->index->edges.n); /* it may get as many */
}

void profile__copy_rows(struct profile *to, const struct profile *from)
{
	profile__copy_funcs(to, from);
	to->edges = arr_copy(from->edges, from->nedges, sizeof(*from->edges));
	to->nedges = from->nedges;
	copy_io(to, from, PROF_EDGES);
	copy_io(to, from, PROF_PARTS);
	buckets__copy(&to->index->edges, &from->index->edges);
	to->parts = arr_copy(from->parts, from->nparts, sizeof(*from->parts));
	to->nparts = from->nparts;
	to->events = arr_copy(from->events, from->nevents, sizeof(*from->events));
	to->nevents = from->nevents;
	to->events_gone = from->events_gone;
	profile__copy_awaits(to, from);
}

void profile__free(struct profile *p)
{
	if (!p)
		return;
	free_rows(p);
	for (size_t i = 0; i < p->nthreads; i++) {
		free(p->threads[i].name);
		free(p->threads[i].strip);
	}
	for (size_t i = 0; i < p->nlosses; i++) {
		free(p->losses[i].name);
		free(p->losses[i].text);
	}
	for (size_t i = 0; i < p->nnotes; i++)
		free(p->notes[i]);
	free(p->threads);
	for (size_t i = 0; i < p->nholds; i++) {
		free(p->holds[i].file);
		free(p->holds[i].name);
	}
	free(p->holds);
	profile__forget_processes(p);
	free(p->losses);
	free(p->notes);
	free(p->index->funcs.v);
	free(p->index->edges.v);
	free(p->index->paths.v);
	free(p->index->blocks.v);
	free(p->awaits.index->v);
	free(p->awaits.index);
	tracks_free(p);
	free(p->index);
	target_free(&p->target);
	free(p);
}

static bool func_is(const struct prof_func *a, const struct prof_func *b)
{
	return a->line == b->line && !strcmp(a->name, b->name) && !strcmp(a->file, b->file);
}

/* NULL: it is not there. */
static struct prof_func *find_func(const struct profile *p, const struct prof_func *key,
				   uint64_t hash)
{
	const struct buckets *s = &p->index->funcs;

	for (size_t i = hash & (s->n - 1); s->v[i]; i = (i + 1) & (s->n - 1)) {
		if (func_is(&p->funcs[s->v[i] - 1], key))
			return &p->funcs[s->v[i] - 1];
	}
	return NULL;
}

uint32_t profile__find_func(const struct profile *p, const struct prof_func *like, size_t likely)
{
	const struct prof_func *f;

	if (likely < p->nfuncs && func_is(&p->funcs[likely], like))
		return (uint32_t)likely;
	f = find_func(p, like, func_hash(like));
	return f ? (uint32_t)(f - p->funcs) : PROF_NONE;
}

uint32_t profile__func(struct profile *p, const char *file, uint32_t line, const char *name,
		       const char *qualname)
{
	struct prof_func key = {.file = (char *)file, .name = (char *)name, .line = line};
	struct buckets *s = &p->index->funcs;
	uint64_t hash = func_hash(&key);
	struct prof_func *f = find_func(p, &key, hash);

	if (!f) {
		buckets__grow(s, p->funcs, p->nfuncs, sizeof(*p->funcs), func_hash);
		buckets__put(s, hash, p->nfuncs);
		f = ARR_PUSH(p->funcs, p->nfuncs);
		f->file = xstrdup(file);
		f->name = xstrdup(name);
		f->line = line;
	}
	if (!f->qualname)
		f->qualname = xstrdup(qualname);
	return f - p->funcs;
}

struct prof_edge *profile__find_edge(const struct profile *p, uint32_t caller, uint32_t callee)
{
	const struct prof_edge key = {.caller = caller, .callee = callee};
	const struct buckets *s = &p->index->edges;

	for (size_t i = edge_hash(&key) & (s->n - 1); s->v[i]; i = (i + 1) & (s->n - 1)) {
		struct prof_edge *e = &p->edges[s->v[i] - 1];

		if (e->caller == caller && e->callee == callee)
			return e;
	}
	return NULL;
}

struct prof_edge *profile__edge(struct profile *p, uint32_t caller, uint32_t callee)
{
	struct prof_edge key = {.caller = caller, .callee = callee};
	struct prof_edge *e = profile__find_edge(p, caller, callee);
	struct buckets *s = &p->index->edges;

	if (e)
		return e;
	buckets__grow(s, p->edges, p->nedges, sizeof(*p->edges), edge_hash);
	buckets__put(s, edge_hash(&key), p->nedges);
	e = ARR_PUSH(p->edges, p->nedges);
	*e = key;
	return e;
}

static uint64_t path_hash(const void *row)
{
	const struct prof_path *path = row;

	return hash__mix(hash__mix(3, path->parent), path->func);
}

uint32_t profile__find_path(const struct profile *p, uint32_t parent, uint32_t func)
{
	const struct prof_path key = {.parent = parent, .func = func};
	const struct buckets *s = &p->index->paths;

	for (size_t i = path_hash(&key) & (s->n - 1); s->v[i]; i = (i + 1) & (s->n - 1)) {
		const struct prof_path *path = &p->paths[s->v[i] - 1];

		if (path->parent == parent && path->func == func)
			return s->v[i] - 1;
	}
	return PROF_NONE;
}

uint32_t profile__path(struct profile *p, uint32_t parent, uint32_t func)
{
	const struct prof_path key = {.parent = parent, .func = func};
	struct buckets *s = &p->index->paths;
	uint32_t found = profile__find_path(p, parent, func);

	if (found != PROF_NONE)
		return found;
	buckets__grow(s, p->paths, p->npaths, sizeof(*p->paths), path_hash);
	buckets__put(s, path_hash(&key), p->npaths);
	*ARR_PUSH(p->paths, p->npaths) = key;
	return p->npaths - 1;
}

struct prof_path *profile__forget_paths(struct profile *p)
{
	struct prof_path *paths = p->paths;

	buckets__forget(&p->index->paths);
	p->paths = NULL;
	p->npaths = 0;
	return paths;
}

/* --- tracks and blocks -------------------------------------------------------------------------
 */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

uint32_t profile__track(struct profile *p, const char *group, uint32_t idx)
{
	struct prof_track *t;

	for (size_t i = 0; i < p->ntracks; i++) {
		if (p->tracks[i].idx == idx && same_text(p->tracks[i].group, group))
			return i;
	}
	t = ARR_PUSH(p->tracks, p->ntracks);
	*t = (struct prof_track){.group = xstrdup(group), .idx = idx, .enabled = true};
	return p->ntracks - 1;
}

void prof_track__name(struct prof_track *t, const char *name)
{
	if (!t->name)
		t->name = xstrdup(name);
}

static uint64_t block_hash(const void *row)
{
	const struct prof_block *b = row;
	uint64_t h = hash__text(hash__mix(hash__mix(2, b->line), b->track), b->name);

	return b->file ? hash__text(h, b->file) : h;
}

struct prof_block *profile__block(struct profile *p, uint32_t track, const char *name,
				  const char *file, uint32_t line)
{
	struct prof_block key = {
		.track = track, .name = (char *)name, .file = (char *)file, .line = line};
	struct buckets *s = &p->index->blocks;
	uint64_t hash = block_hash(&key);
	struct prof_block *b;

	for (size_t i = hash & (s->n - 1); s->v[i]; i = (i + 1) & (s->n - 1)) {
		b = &p->blocks[s->v[i] - 1];
		if (b->track == track && b->line == line && !strcmp(b->name, name) &&
		    same_text(b->file, file))
			return b;
	}
	buckets__grow(s, p->blocks, p->nblocks, sizeof(*p->blocks), block_hash);
	buckets__put(s, hash, p->nblocks);
	b = ARR_PUSH(p->blocks, p->nblocks);
	b->track = track;
	b->name = xstrdup(name);
	b->file = xstrdup(file);
	b->line = line;
	return b;
}

struct prof_hits *prof_block__hits(struct prof_block *b, uint32_t thread)
{
	struct prof_block_thread *t = NULL;

	for (size_t i = 0; i < b->nthreads && !t; i++) {
		if (b->threads[i].thread == thread)
			t = &b->threads[i];
	}
	if (!t) {
		t = ARR_PUSH(b->threads, b->nthreads);
		t->thread = thread;
	}
	return &t->hits;
}

void prof_block__add(struct prof_block *b, uint32_t thread, const struct prof_hits *hits)
{
	prof_hits__add(&b->hits, hits);
	if (thread != PROF_NONE)
		prof_hits__add(prof_block__hits(b, thread), hits);
}
