/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Figures added up, and profiles: merged, copied. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/holds.h"
#include "model/idle.h"
#include "model/profile.h"
#include "model/run.h"

uint64_t prof_count(uint64_t n)
{
	return n < PROF_COUNT_MAX ? n : PROF_COUNT_MAX;
}

int64_t prof_ns(int64_t ns)
{
	return ns > PROF_NS_MAX ? PROF_NS_MAX : ns < -PROF_NS_MAX ? -PROF_NS_MAX : ns;
}

uint64_t prof_moment(uint64_t ns)
{
	return ns < PROF_NS_MAX ? ns : PROF_NS_MAX;
}

static uint64_t add_count(uint64_t a, uint64_t b)
{
	return prof_count(prof_count(a) + prof_count(b));
}

static int64_t add_ns(int64_t a, int64_t b)
{
	return prof_ns(prof_ns(a) + prof_ns(b));
}

/* b may take off what was counted twice: then it is the complement. */
static uint64_t add_beneath(uint64_t a, uint64_t b)
{
	int64_t sum = add_ns((int64_t)a, (int64_t)b);

	return sum > 0 ? prof_count(sum) : 0;
}

static void away_add(struct prof_away *to, const struct prof_away *from)
{
	to->off_ns = add_ns(to->off_ns, from->off_ns);
	to->wait_ns = add_ns(to->wait_ns, from->wait_ns);
	for (int r = 0; r < PROF_REASONS; r++)
		to->reason_ns[r] = add_ns(to->reason_ns[r], from->reason_ns[r]);
}

static void life_add(struct prof_life *to, const struct prof_life *from)
{
#define ADD_COUNT(name) to->name = add_count(to->name, from->name);
#define ADD_TIME(name)	to->name##_ns = add_ns(to->name##_ns, from->name##_ns);
	PROF_LIFE_MEMBERS(ADD_COUNT, ADD_TIME)
}

uint64_t prof_life__open(const struct prof_life *life)
{
	uint64_t gone = prof_count(life->ended) + prof_count(life->unseen);

	return life->begun > gone ? life->begun - gone : 0;
}

int64_t prof_life__suspended(const struct prof_life *life)
{
	int64_t ns = add_ns(life->elapsed_ns, -life->running_ns);

	return ns > 0 ? ns : 0;
}

bool prof_life__is_none(const struct prof_life *life)
{
	return !life->begun && !life->late;
}

void prof_stat__add(struct prof_stat *to, const struct prof_stat *from)
{
	to->ncalls = add_count(to->ncalls, from->ncalls);
	to->primitive_calls = add_count(to->primitive_calls, from->primitive_calls);
	to->tottime_ns = add_ns(to->tottime_ns, from->tottime_ns);
	to->cumtime_ns = add_ns(to->cumtime_ns, from->cumtime_ns);
	away_add(&to->own_away, &from->own_away);
	away_add(&to->cum_away, &from->cum_away);
	to->own_bias_ns = add_ns(to->own_bias_ns, from->own_bias_ns);
	to->cum_bias_ns = add_ns(to->cum_bias_ns, from->cum_bias_ns);
	to->settled_error_ns = add_ns(to->settled_error_ns, from->settled_error_ns);
	to->child_calls = add_count(to->child_calls, from->child_calls);
	to->first_calls = add_count(to->first_calls, from->first_calls);
	to->other_events = add_count(to->other_events, from->other_events);
	to->calls_beneath = add_beneath(to->calls_beneath, from->calls_beneath);
	to->open = add_count(to->open, from->open);
	to->still = add_count(to->still, from->still);
	life_add(&to->life, &from->life);
}

void prof_stat__extend(struct prof_stat *to, const struct prof_stat *from)
{
	struct prof_stat next = *from;

	next.open -= to->still < next.open ? to->still : next.open;
	to->still = 0;
	prof_stat__add(to, &next);
}

void prof_hits__add(struct prof_hits *to, const struct prof_hits *from)
{
	if (from->hit_count && (!to->hit_count || from->min_ns < to->min_ns))
		to->min_ns = prof_moment(from->min_ns);
	if (from->hit_count && from->max_ns > to->max_ns)
		to->max_ns = prof_moment(from->max_ns);
	to->hit_count = add_count(to->hit_count, from->hit_count);
	to->total_ns = add_ns(to->total_ns, from->total_ns);
	to->own_ns = add_ns(to->own_ns, from->own_ns);
	for (int i = 0; i < PROF_BUCKETS; i++)
		to->histogram[i] = add_count(to->histogram[i], from->histogram[i]);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* How rows of one profile come to another. */
struct adding {
	profile_naming *name; /* what files are to be called; NULL: as they are */
	const void *arg;
	const bool *no_funcs, *no_paths; /* those that don't, which no other row names; NULL: all */
	void (*add)(struct prof_stat *to, const struct prof_stat *from);
};

static const struct adding as_they_are = {.add = prof_stat__add};
static const struct adding as_they_go_on = {.add = prof_stat__extend};

static char *named(const struct adding *how, const char *file)
{
	return file && how->name ? how->name(how->arg, file) : xstrdup(file);
}

/* The parent of src's path i in dst, where its earlier paths are by map. */
static uint32_t parent_of(const struct profile *src, size_t i, const uint32_t *map)
{
	uint32_t parent = src->paths[i].parent;

	return parent < i ? map[parent] : parent;
}

/* src's events into dst, where its functions are by map and its threads from first_thread on. */
static void add_events(struct profile *dst, const struct profile *src, const uint32_t *map,
		       uint32_t first_thread)
{
	for (size_t i = 0; i < src->nevents; i++) {
		struct prof_event e = src->events[i];

		e.thread += first_thread;
		e.func = map[e.func];
		*ARR_PUSH(dst->events, dst->nevents) = e;
	}
	dst->events_gone = add_count(dst->events_gone, src->events_gone);
}

/* src's parts into dst, likewise. */
static void add_parts(struct profile *dst, const struct profile *src, const uint32_t *map,
		      uint32_t first_thread)
{
	for (size_t i = 0; i < src->nparts; i++) {
		struct prof_part part = src->parts[i];

		part.thread += first_thread;
		part.func = map[part.func];
		*ARR_PUSH(dst->parts, dst->nparts) = part;
		profile__add_io(dst, PROF_PARTS, dst->nparts - 1, src, i);
	}
}

/* src's paths and awaits into dst, where its functions are by map. */
static void add_paths(struct profile *dst, const struct profile *src, const uint32_t *map,
		      const struct adding *how)
{
	uint32_t *paths = xcalloc(src->npaths, sizeof(*paths));

	for (size_t i = 0; i < src->npaths; i++) {
		paths[i] = PROF_NONE;
		if (how->no_paths && how->no_paths[i])
			continue;
		paths[i] = profile__path(dst, parent_of(src, i, paths), map[src->paths[i].func]);
		how->add(&dst->paths[paths[i]].stat, &src->paths[i].stat);
		profile__add_io(dst, PROF_PATHS, paths[i], src, i);
	}
	profile__add_awaits(dst, src, map, paths, NULL);
	free(paths);
}

static void add_funcs(struct profile *dst, const struct profile *src, uint32_t *map,
		      const struct adding *how)
{
	for (size_t i = 0; i < src->nfuncs; i++) {
		const struct prof_func *f = &src->funcs[i];
		char *file;

		map[i] = PROF_NONE;
		if (how->no_funcs && how->no_funcs[i])
			continue;
		file = named(how, f->file);
		map[i] = profile__func(dst, file, f->line, f->name, f->qualname);
		free(file);
		dst->funcs[map[i]].kind = f->kind;
		how->add(&dst->funcs[map[i]].stat, &f->stat);
		profile__add_io(dst, PROF_FUNCS, map[i], src, i);
	}
}

/* src's functions, edges, paths, parts and events into dst, whose threads from first_thread on are
 * src's. */
static void add_rows(struct profile *dst, const struct profile *src, uint32_t first_thread,
		     const struct adding *how)
{
	uint32_t *map = xcalloc(src->nfuncs, sizeof(*map));

	add_funcs(dst, src, map, how);
	for (size_t i = 0; i < src->nedges; i++) {
		const struct prof_edge *e = &src->edges[i];
		struct prof_edge *to = profile__edge(dst, map[e->caller], map[e->callee]);

		how->add(&to->stat, &e->stat);
		profile__add_io(dst, PROF_EDGES, to - dst->edges, src, i);
	}
	add_paths(dst, src, map, how);
	add_parts(dst, src, map, first_thread);
	add_events(dst, src, map, first_thread);
	free(map);
}

/* src's tracks and blocks into dst, whose threads from first_thread on are src's. */
static void add_blocks(struct profile *dst, const struct profile *src, uint32_t first_thread,
		       const struct adding *how)
{
	uint32_t *map = xcalloc(src->ntracks, sizeof(*map));

	for (size_t i = 0; i < src->ntracks; i++) {
		const struct prof_track *t = &src->tracks[i];

		map[i] = profile__track(dst, t->group, t->idx);
		prof_track__name(&dst->tracks[map[i]], t->name);
		dst->tracks[map[i]].enabled &= t->enabled;
	}
	for (size_t i = 0; i < src->nblocks; i++) {
		const struct prof_block *from = &src->blocks[i];
		char *file = named(how, from->file);
		struct prof_block *b =
			profile__block(dst, map[from->track], from->name, file, from->line);

		free(file);
		prof_hits__add(&b->hits, &from->hits);
		for (size_t k = 0; k < from->nthreads; k++) {
			struct prof_block_thread t = from->threads[k];

			t.thread += first_thread;
			*ARR_PUSH(b->threads, b->nthreads) = t;
		}
	}
	free(map);
}

static void add_holds(struct profile *dst, const struct profile *src, uint32_t first_thread,
		      const struct adding *how)
{
	profile__add_free(dst, src->gil_free_ns);
	for (size_t i = 0; i < src->nholds; i++) {
		char *file = named(how, src->holds[i].file);

		profile__copy_hold(dst, &src->holds[i], first_thread, file);
		free(file);
	}
}

static void add_rest(struct profile *dst, const struct profile *src)
{
	for (size_t i = 0; i < src->nthreads; i++) {
		struct prof_thread t = src->threads[i];

		t.pid = prof_thread__pid(src, &t);
		t.name = xstrdup(t.name);
		t.strip = prof_strip__copy(t.strip);
		*ARR_PUSH(dst->threads, dst->nthreads) = t;
	}
	for (size_t i = 0; i < src->nprocesses; i++)
		profile__add_process(dst, &src->processes[i]);
	for (size_t i = 0; i < src->nlosses; i++)
		profile__add_loss(dst, src->losses[i].name, src->losses[i].text,
				  src->losses[i].count);
	for (size_t i = 0; i < src->nnotes; i++)
		profile__add_note(dst, src->notes[i]);
	dst->settled_error_ns = add_ns(dst->settled_error_ns, src->settled_error_ns);
}

/* Whether src is of the same run, from where dst ends. */
static bool goes_on(const struct profile *dst, const struct profile *src)
{
	const struct prof_target *t = &dst->target;

	return t->duration_ns && t->pid == src->target.pid &&
	       t->start_ns + t->duration_ns == src->target.start_ns;
}

void profile__merge(struct profile *dst, const struct profile *src)
{
	profile__add_run(dst, src);
	add_rows(dst, src, dst->nthreads, goes_on(dst, src) ? &as_they_go_on : &as_they_are);
	add_blocks(dst, src, dst->nthreads, &as_they_are);
	add_holds(dst, src, dst->nthreads, &as_they_are);
	add_rest(dst, src);
	dst->target.duration_ns += src->target.duration_ns;
	dst->target.only_wall |= src->target.only_wall;
	dst->target.coroutines |= src->target.coroutines;
	dst->target.io |= src->target.io;
	dst->target.sequence = 0;
}

/* All but functions, edges, paths, parts and events. */
static struct profile *copy_head(const struct profile *p, const struct adding *how)
{
	struct profile *to = profile__new();
	const struct prof_target *t = &p->target;

	add_blocks(to, p, 0, how);
	add_holds(to, p, 0, how);
	add_rest(to, p);
	to->target = *t;
	to->run = p->run;
	to->is_part = p->is_part;
	to->had_c = p->had_c;
	to->target.command = xstrdup(t->command);
	to->target.exe = xstrdup(t->exe);
	to->target.interpreter = xstrdup(t->interpreter);
	to->target.python = xstrdup(t->python);
	to->target.backend = xstrdup(t->backend);
	to->target.clock = xstrdup(t->clock);
	return to;
}

struct profile *profile__copy_head(const struct profile *p)
{
	return copy_head(p, &as_they_are);
}

struct profile *profile__copy(const struct profile *p)
{
	struct profile *to = profile__copy_head(p);

	profile__copy_rows(to, p);
	return to;
}

struct profile *profile__renamed(const struct profile *p, profile_naming *of, const void *arg)
{
	const struct adding how = {.name = of, .arg = arg, .add = prof_stat__add};
	struct profile *to = copy_head(p, &how);

	add_rows(to, p, 0, &how);
	return to;
}

struct profile *profile__some(const struct profile *p, const bool *no_funcs, const bool *no_paths)
{
	const struct adding how = {
		.no_funcs = no_funcs, .no_paths = no_paths, .add = prof_stat__add};
	struct profile *to = profile__copy_head(p);

	add_rows(to, p, 0, &how);
	return to;
}

static char *without_dirs(const void *arg, const char *file)
{
	(void)arg;
	return xstrdup(base_name(file));
}

struct profile *profile__strip_dirs(const struct profile *p)
{
	return profile__renamed(p, without_dirs, NULL);
}
