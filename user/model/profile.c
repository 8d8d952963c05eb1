/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The profile's containers: rows found by key, added in order of first use. */
#include "model/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char *const prof_kinds[] = {
#define X(id, word) word,
	ACC_KINDS(X)
#undef X
		NULL,
};

const char *prof_func__full_name(const struct prof_func *f)
{
	return f->qualname ? f->qualname : f->name;
}

/* Open addressing from a hash to a row number plus one; grown at half load. */
struct slots {
	uint32_t *v;
	size_t n; /* power of two */
};

#define SLOTS 64 /* to begin with */

struct profile_index {
	struct slots funcs, edges, paths, blocks;
};

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0xff51afd7ed558ccdull;
	return h ^ (h >> 32);
}

static uint64_t hash_text(uint64_t h, const char *s)
{
	while (*s)
		h = mix(h, (unsigned char)*s++);
	return mix(h, 256);
}

static uint64_t func_hash(const void *row)
{
	const struct prof_func *f = row;

	return hash_text(hash_text(mix(0, f->line), f->name), f->file);
}

static uint64_t edge_hash(const void *row)
{
	const struct prof_edge *e = row;

	return mix(mix(1, e->caller), e->callee);
}

static void slot_put(struct slots *s, uint64_t hash, uint32_t row)
{
	size_t i = hash & (s->n - 1);

	while (s->v[i])
		i = (i + 1) & (s->n - 1);
	s->v[i] = row + 1;
}

static void slots_size(struct slots *s, size_t n)
{
	free(s->v);
	s->n = n;
	s->v = xcalloc(n, sizeof(*s->v));
}

static void slots_forget(struct slots *s)
{
	memset(s->v, 0, s->n * sizeof(*s->v));
}

/* Room for one row more than the n of these bytes each that are there. */
static void slots_grow(struct slots *s, const void *rows, size_t n, size_t bytes,
		       uint64_t (*hash)(const void *row))
{
	if (2 * (n + 1) <= s->n)
		return;
	slots_size(s, 2 * s->n);
	for (size_t i = 0; i < n; i++)
		slot_put(s, hash((const char *)rows + i * bytes), (uint32_t)i);
}

struct profile *profile__new(void)
{
	struct profile *p = xcalloc(1, sizeof(*p));

	p->index = xcalloc(1, sizeof(*p->index));
	slots_size(&p->index->funcs, SLOTS);
	slots_size(&p->index->edges, SLOTS);
	slots_size(&p->index->paths, SLOTS);
	slots_size(&p->index->blocks, SLOTS);
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
	free(p->events);
}

void profile__drop_rows(struct profile *p)
{
	free_rows(p);
	p->funcs = NULL;
	p->edges = NULL;
	p->paths = NULL;
	p->events = NULL;
	p->nevents = 0;
	p->nfuncs = p->nedges = p->npaths = 0;
	slots_forget(&p->index->funcs);
	slots_forget(&p->index->edges);
	slots_forget(&p->index->paths);
}

void profile__free(struct profile *p)
{
	if (!p)
		return;
	free_rows(p);
	for (size_t i = 0; i < p->nthreads; i++)
		free(p->threads[i].name);
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
	tracks_free(p);
	free(p->index);
	target_free(&p->target);
	free(p);
}

static bool func_is(const struct prof_func *a, const struct prof_func *b)
{
	return a->line == b->line && !strcmp(a->name, b->name) && !strcmp(a->file, b->file);
}

uint32_t profile__func(struct profile *p, const char *file, uint32_t line, const char *name,
		       const char *qualname)
{
	struct prof_func key = {.file = (char *)file, .name = (char *)name, .line = line};
	struct slots *s = &p->index->funcs;
	uint64_t hash = func_hash(&key);
	struct prof_func *f = NULL;

	for (size_t i = hash & (s->n - 1); s->v[i] && !f; i = (i + 1) & (s->n - 1)) {
		if (func_is(&p->funcs[s->v[i] - 1], &key))
			f = &p->funcs[s->v[i] - 1];
	}
	if (!f) {
		slots_grow(s, p->funcs, p->nfuncs, sizeof(*p->funcs), func_hash);
		slot_put(s, hash, p->nfuncs);
		f = ARR_PUSH(p->funcs, p->nfuncs);
		f->file = xstrdup(file);
		f->name = xstrdup(name);
		f->line = line;
	}
	if (!f->qualname)
		f->qualname = xstrdup(qualname);
	return f - p->funcs;
}

struct prof_edge *profile__edge(struct profile *p, uint32_t caller, uint32_t callee)
{
	struct prof_edge key = {.caller = caller, .callee = callee}, *e;
	struct slots *s = &p->index->edges;
	uint64_t hash = edge_hash(&key);

	for (size_t i = hash & (s->n - 1); s->v[i]; i = (i + 1) & (s->n - 1)) {
		e = &p->edges[s->v[i] - 1];
		if (e->caller == caller && e->callee == callee)
			return e;
	}
	slots_grow(s, p->edges, p->nedges, sizeof(*p->edges), edge_hash);
	slot_put(s, hash, p->nedges);
	e = ARR_PUSH(p->edges, p->nedges);
	*e = key;
	return e;
}

static uint64_t path_hash(const void *row)
{
	const struct prof_path *path = row;

	return mix(mix(3, path->parent), path->func);
}

uint32_t profile__path(struct profile *p, uint32_t parent, uint32_t func)
{
	struct prof_path key = {.parent = parent, .func = func};
	struct slots *s = &p->index->paths;
	uint64_t hash = path_hash(&key);

	for (size_t i = hash & (s->n - 1); s->v[i]; i = (i + 1) & (s->n - 1)) {
		const struct prof_path *path = &p->paths[s->v[i] - 1];

		if (path->parent == parent && path->func == func)
			return s->v[i] - 1;
	}
	slots_grow(s, p->paths, p->npaths, sizeof(*p->paths), path_hash);
	slot_put(s, hash, p->npaths);
	*ARR_PUSH(p->paths, p->npaths) = key;
	return p->npaths - 1;
}

struct prof_path *profile__forget_paths(struct profile *p)
{
	struct prof_path *paths = p->paths;

	slots_forget(&p->index->paths);
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
	uint64_t h = hash_text(mix(mix(2, b->line), b->track), b->name);

	return b->file ? hash_text(h, b->file) : h;
}

struct prof_block *profile__block(struct profile *p, uint32_t track, const char *name,
				  const char *file, uint32_t line)
{
	struct prof_block key = {
		.track = track, .name = (char *)name, .file = (char *)file, .line = line};
	struct slots *s = &p->index->blocks;
	uint64_t hash = block_hash(&key);
	struct prof_block *b;

	for (size_t i = hash & (s->n - 1); s->v[i]; i = (i + 1) & (s->n - 1)) {
		b = &p->blocks[s->v[i] - 1];
		if (b->track == track && b->line == line && !strcmp(b->name, name) &&
		    same_text(b->file, file))
			return b;
	}
	slots_grow(s, p->blocks, p->nblocks, sizeof(*p->blocks), block_hash);
	slot_put(s, hash, p->nblocks);
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

void profile__add_loss(struct profile *p, const char *name, const char *text, uint64_t count)
{
	struct prof_loss *loss = NULL;

	if (!count)
		return;
	for (size_t i = 0; i < p->nlosses; i++) {
		if (!strcmp(p->losses[i].name, name))
			loss = &p->losses[i];
	}
	if (!loss) {
		loss = ARR_PUSH(p->losses, p->nlosses);
		loss->name = xstrdup(name);
		loss->text = xstrdup(text);
	}
	loss->count = prof_count(loss->count + prof_count(count));
}

void profile__add_note(struct profile *p, const char *note)
{
	for (size_t i = 0; i < p->nnotes; i++) {
		if (!strcmp(p->notes[i], note))
			return;
	}
	*ARR_PUSH(p->notes, p->nnotes) = xstrdup(note);
}

const char *const prof_bias_froms[] = {"none", "measured", "stored", "given", "seen", NULL};
