/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Call paths against pairs: one stream of events, two sets of tables, and the same rows. */
#include "unit/test.h"
#include "unit/random.h"
#include "unit/tables.h"

#include "base/ticks.h"
#include "model/paths.h"
#include "model/profile.h"
#include "model/tree.h"
#include "reader/in_reader.h" /* last: its macros bear short names */

#define THREADS 3
#define IDENTS	7
#define EVENTS	4000
#define SEEDS	60

static struct tables tables_new(__u32 edges, __u32 paths)
{
	const struct table_sizes size = {.frames = 64 * ACC_CHUNK,
					 .edges = edges,
					 .funcs = 256,
					 .edge_buckets = edges * 2,
					 .func_buckets = 512,
					 .codes = 64,
					 .threads = THREADS + 1,
					 .rows = THREADS + 1,
					 .blocks = 64,
					 .names = 1024};
	struct tables t = tables_of(&size, zeroes);

	t.ctl->paths = paths;
	for (__u32 i = 1; i <= THREADS; i++) {
		t.threads[i].tid = t.rows[i].tid = i;
		t.threads[i].row = i;
	}
	return t;
}

static struct acc_call call_of(__u64 who, __u64 frame)
{
	/* some have no cheap identity, so that nothing is guessed */
	return (struct acc_call){.ident = acc_mix(who) | 1,
				 .cheap = who % 3 ? who : 0,
				 .pyframe = frame << 4,
				 .code = who,
				 .line = (__u32)who};
}

/* The frame of an open call, some way down; 0: any. */
static __u64 some_frame(const struct acc_thread *s)
{
	__u32 at = s->top;
	__u64 down = random_below(4) ? 0 : random_below(5);

	while (at && down--)
		at = acc_frame(at)->prev;
	return at ? acc_frame(at)->pyframe : 0;
}

static __u32 some_parked(__u32 thread)
{
	for (__u32 i = ACC_CHUNK; i + ACC_CHUNK <= in_use->size.frames; i += ACC_CHUNK) {
		if (acc_stack(i)->thread == thread && random_below(2))
			return i;
	}
	return 0;
}

static void enter(struct acc_thread *s, __u32 thread, __u64 frame, const struct acc_moment *now)
{
	struct acc_call c = call_of(1 + random_below(IDENTS), frame);
	bool late = !random_below(40);
	struct acc_frame *f = late ? acc_push_late(s, acc_edge_for(s, thread, &c), c.pyframe)
				   : acc_enter(s, thread, &c);

	if (!f)
		return;
	f->enter_ticks = now->at;
	f->away = now->away;
}

static void step(__u64 frame, __u64 at)
{
	__u32 thread = 1 + random_below(THREADS), chunk;
	struct acc_thread *s = acc_thread(thread);
	struct acc_moment now = {at, s->away};
	__u64 what = random_below(100);

	if (what < 8) {
		s->away.off_ns += 1 + random_below(900);
		s->away.wait_ns += random_below(2);
	} else if (what < 10) {
		acc_park(s, thread, &now);
	} else if (what < 13) {
		chunk = s->top ? 0 : some_parked(thread);
		if (chunk)
			acc_unpark(s, chunk, &now);
	} else if (what < 60) {
		enter(s, thread, frame, &now);
	} else if (s->top) {
		acc_leave(s, acc_row(thread), some_frame(s), &now);
	}
}

static struct profile *play(struct tables *t, unsigned int seed, double ns_per_tick)
{
	struct profile *p = profile__new();
	struct ticks_clock clock = {.ns_per_tick = ns_per_tick};
	__u64 at = 0;

	in_use = t;
	random_state = RANDOM_SEED * (seed + 1);
	for (__u64 i = 1; i <= EVENTS; i++)
		step(i, at += random_below(1000));
	clock.now = clock.now_ns = at + 5;
	tables__close_frames(t, &clock);
	tables__to_profile(t, NULL, p, &clock);
	return p;
}

/* What differs by nature: how often an element had to be made. */
static bool same(struct prof_stat a, struct prof_stat b)
{
	a.first_calls = b.first_calls = 0;
	return !memcmp(&a, &b, sizeof(a));
}

/* The function of another profile. */
static uint32_t same_func(struct profile *p, const struct prof_func *f)
{
	return profile__func(p, f->file, f->line, f->name, NULL);
}

/* Of pairs, where paths were folded, what recursion does not touch. */
static void check_same_rows(struct profile *a, struct profile *b, bool folded)
{
	CHECK(a->nfuncs == b->nfuncs && a->nedges == b->nedges);
	for (size_t i = 0; i < a->nfuncs; i++)
		CHECK(same(a->funcs[i].stat, b->funcs[same_func(b, &a->funcs[i])].stat));
	for (size_t i = 0; i < a->nedges; i++) {
		struct prof_stat x = a->edges[i].stat, y;
		uint32_t caller = same_func(b, &a->funcs[a->edges[i].caller]);
		uint32_t callee = same_func(b, &a->funcs[a->edges[i].callee]);

		y = profile__edge(b, caller, callee)->stat;
		CHECK(folded || same(x, y));
		CHECK(x.ncalls == y.ncalls && x.tottime_ns == y.tottime_ns);
		CHECK(x.cumtime_ns <= y.cumtime_ns && x.primitive_calls <= y.primitive_calls);
	}
	CHECK(a->nfuncs == b->nfuncs && a->nedges == b->nedges);
}

static void check_sums(const struct profile *p)
{
	struct prof_stat *sums = xcalloc(p->nfuncs, sizeof(*sums));

	for (size_t i = 0; i < p->npaths; i++) {
		CHECK(p->paths[i].parent < i || p->paths[i].parent >= PROF_FOLDED);
		prof_stat__add(&sums[p->paths[i].func], &p->paths[i].stat);
	}
	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_stat *f = &p->funcs[i].stat;

		CHECK(sums[i].ncalls == f->ncalls && sums[i].tottime_ns == f->tottime_ns);
		CHECK(sums[i].own_away.off_ns == f->own_away.off_ns);
		CHECK(sums[i].own_away.wait_ns == f->own_away.wait_ns);
		CHECK(sums[i].cumtime_ns >= f->cumtime_ns);
	}
	free(sums);
}

static uint64_t loss(const struct profile *p, const char *name)
{
	for (size_t i = 0; i < p->nlosses; i++) {
		if (!strcmp(p->losses[i].name, name))
			return p->losses[i].count;
	}
	return 0;
}

TEST(rows_are_those_of_pairs)
{
	for (unsigned int seed = 0; seed < SEEDS; seed++) {
		struct tables pairs = tables_new(1024, 0), paths = tables_new(32768, 32768);
		struct profile *a = play(&pairs, seed, 1), *b = play(&paths, seed, 1);

		CHECK(a->nedges > 20 && !a->npaths && b->npaths > 100);
		CHECK(!loss(b, "paths_full") && !loss(b, "edges_full"));
		check_same_rows(a, b, false);
		check_sums(b);
		profile__free(a);
		profile__free(b);
		tables_free(&pairs);
		tables_free(&paths);
	}
}

/* The cumulative time of a function is that of its outermost paths. */
static void check_outermost(const struct profile *p)
{
	uint32_t *parents = paths__parents(p), *keys = xcalloc(p->npaths, sizeof(*keys)), *above;
	int64_t *sums = xcalloc(p->nfuncs, sizeof(*sums));
	struct tree tree = tree__of(parents, p->npaths);

	for (size_t i = 0; i < p->npaths; i++)
		keys[i] = p->paths[i].func;
	above = tree__above(&tree, keys, p->nfuncs);
	for (size_t i = 0; i < p->npaths; i++)
		sums[keys[i]] += above[i] == TREE_NONE ? p->paths[i].stat.cumtime_ns : 0;
	for (size_t i = 0; i < p->nfuncs; i++)
		CHECK(sums[i] == p->funcs[i].stat.cumtime_ns);
	tree__free(&tree);
	free(above);
	free(parents);
	free(keys);
	free(sums);
}

/* A path's cumulative time is its own and that of the paths on it. */
static void check_beneath(const struct profile *p)
{
	int64_t *left = xcalloc(p->npaths, sizeof(*left));

	for (size_t i = 0; i < p->npaths; i++) {
		const struct prof_stat *st = &p->paths[i].stat;

		left[i] += st->cumtime_ns - st->tottime_ns;
		if (p->paths[i].parent < i)
			left[p->paths[i].parent] -= st->cumtime_ns;
	}
	for (size_t i = 0; i < p->npaths; i++)
		CHECK(!left[i]);
	free(left);
}

/* What is cut to nanoseconds of ticks adds up as well. */
TEST(rows_of_ticks_are_those_of_pairs)
{
	for (unsigned int seed = 0; seed < SEEDS; seed++) {
		struct tables pairs = tables_new(1024, 0), paths = tables_new(32768, 32768);
		struct profile *a = play(&pairs, seed, 0.37), *b = play(&paths, seed, 0.37);

		for (size_t i = 0; i < a->nfuncs; i++) {
			const struct prof_stat *x = &a->funcs[i].stat,
					       *y = &b->funcs[same_func(b, &a->funcs[i])].stat;

			CHECK(x->tottime_ns == y->tottime_ns);
			CHECK(llabs(x->cumtime_ns - y->cumtime_ns) <= (int64_t)b->npaths);
		}
		check_sums(b);
		check_outermost(b);
		check_beneath(b);
		profile__free(a);
		profile__free(b);
		tables_free(&pairs);
		tables_free(&paths);
	}
}

/* Paths beyond their share: functions stay what they are, and the calls of pairs. */
TEST(folded_paths_are_counted)
{
	for (unsigned int seed = 0; seed < SEEDS; seed++) {
		struct tables pairs = tables_new(1024, 0), paths = tables_new(1024, 64);
		struct profile *a = play(&pairs, seed, 1), *b = play(&paths, seed, 1);
		uint64_t folded = 0;

		CHECK(!loss(b, "edges_full"));
		for (size_t i = 0; i < b->npaths; i++)
			folded += b->paths[i].parent == PROF_FOLDED ? b->paths[i].stat.ncalls : 0;
		CHECK(folded && folded == loss(b, "paths_full"));
		check_sums(b);
		check_same_rows(a, b, true);
		profile__free(a);
		profile__free(b);
		tables_free(&pairs);
		tables_free(&paths);
	}
}
