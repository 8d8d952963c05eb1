/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables to profile: closes what is open, resolves indices, turns names into valid UTF-8. Knows
 * the tables and the model; no BPF object, no process. */
#include <linux/types.h>

/* The unit of the tables is known when they are drained. */
static __s64 home_ns_of(__u64 ticks);
#define acc_ns_of(ticks) home_ns_of(ticks)

#include "reader/in_reader.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/ticks.h"
#include "base/utf8.h"
#include "model/profile.h"

#define LENGTH_MAX (1ll << 60) /* 36 years: what a hostile process makes longer is cut */

/* A length of time in ns; exact where ticks are nanoseconds. */
static __s64 length_of(const struct ticks_clock *c, __u64 ticks)
{
	double ns = (double)(__s64)ticks * c->ns_per_tick;

	if (!(ns < LENGTH_MAX && ns > -LENGTH_MAX))
		return ns < 0 ? -LENGTH_MAX : LENGTH_MAX;
	return c->ns_per_tick == 1 ? (__s64)ticks : (__s64)ns;
}

static __u64 ns_of(const struct ticks_clock *c, __u64 tick)
{
	return c->now_ns - (__u64)length_of(c, c->now - tick);
}

static __u64 tick_of(const struct ticks_clock *c, __u64 ns)
{
	const struct ticks_clock back = {.ns_per_tick = 1 / c->ns_per_tick};

	return c->now - (__u64)length_of(&back, c->now_ns - ns);
}

/* What the clocks of a thread say at its end, or now. One that is away stays so until then. */
static struct acc_moment last_moment(const struct acc_thread *s, const struct ticks_clock *clock)
{
	struct acc_moment m = {clock->now, s->away};
	__u64 now_ns = clock->now_ns;

	if (s->end_ns) {
		m.at = tick_of(clock, s->end_ns);
		now_ns = s->end_ns;
	}
	if (!s->out_ns || s->out_ns > now_ns)
		return m;
	m.away.off_ns += now_ns - s->out_ns;
	if (s->ready_ns && s->ready_ns <= now_ns)
		m.away.wait_ns += now_ns - s->ready_ns;
	return m;
}

static double home_ns_per_tick;

static __s64 home_ns_of(__u64 ticks)
{
	const struct ticks_clock c = {.ns_per_tick = home_ns_per_tick};

	return length_of(&c, ticks);
}

void tables__close_frames(struct tables *t, const struct ticks_clock *clock)
{
	home = t;
	home_ns_per_tick = clock->ns_per_tick;
	for (__u32 i = 1; i < t->size.threads; i++) {
		struct acc_thread *s = &t->threads[i];
		struct acc_moment end = last_moment(s, clock);
		__u32 open = 0;

		/* a stack is no longer than the pool: a loop of hostile links ends there */
		while (open++ < t->size.frames && acc_pop(s, acc_row(s->row), &end))
			continue;
	}
}

/* Known by a description between markers, not by a code object. */
static bool is_marked(const struct acc_code *c)
{
	return c->track & ACC_TRACK_MARKED;
}

/* The text of a name; a cut one ends in "...". The process may still write to what is at `from`, so
 * it is read once. */
static char *name_text(const struct tables *t, const struct acc_name *from)
{
	struct acc_name n = *from;
	char *text, *cut;

	__asm__ volatile("" : "+m"(n));
	if ((n.state != ACC_NAME_READ && n.state != ACC_NAME_CUT) || n.offset >= t->size.names ||
	    n.bytes > ACC_NAME_MAX)
		return xstrdup("<unreadable>");
	text = utf8_from(t->names + n.offset, n.bytes, n.width);
	if (n.state != ACC_NAME_CUT)
		return text;
	cut = strrchr(text, '\\');
	/* the cut may have fallen into a character, whose start then shows as \x.. escapes */
	while (cut && strlen(cut) == 4 && cut[1] == 'x') {
		*cut = '\0';
		cut = strrchr(text, '\\');
	}
	return text;
}

static char *name_or_null(const struct tables *t, const struct acc_name *n)
{
	return *(volatile const __u8 *)&n->state == ACC_NAME_NONE ? NULL : name_text(t, n);
}

/* The profile's function of a code object. A block between markers is a row of its own, for it may
 * bear the name of the function that it is in; its third name is another's. */
static uint32_t func_of_code(const struct tables *t, const struct acc_code *c, struct profile *p)
{
	char *file = name_text(t, &c->names[0]), *name = name_text(t, &c->names[1]);
	char *qualname = c->addr ? name_or_null(t, &c->names[2]) : NULL;
	uint32_t f;

	if (is_marked(c)) {
		char *block = xasprintf("<block %s>", name);

		free(name);
		name = block;
	}
	f = profile__func(p, file, c->line, name, qualname);

	free(file);
	free(name);
	free(qualname);
	return f;
}

/* Per code object, its function in the profile; PROF_NONE where it has none. */
static uint32_t *code_map(const struct tables *t, struct profile *p)
{
	uint32_t *map = xcalloc(t->size.codes, sizeof(*map));

	for (__u32 i = 0; i < t->size.codes; i++)
		map[i] = t->codes[i].key ? func_of_code(t, &t->codes[i], p) : PROF_NONE;
	return map;
}

static uint32_t func_at(const struct tables *t, const uint32_t *map, __u32 i)
{
	__u32 code = i && i < t->size.funcs ? *(volatile __u32 *)&t->funcs[i].code : 0;

	return code && code < t->size.codes ? map[code] : PROF_NONE;
}

static struct prof_away away_of(const struct acc_away *a)
{
	return (struct prof_away){(__s64)a->off_ns, (__s64)a->wait_ns};
}

/* No more than there are: what a hostile process has written may be anything. */
static __u64 primitive_of(__u64 calls, __u64 nested)
{
	return nested < calls ? calls - nested : 0;
}

static struct prof_stat edge_stat(const struct acc_edge *e, const struct acc_edge_cold *more,
				  const struct ticks_clock *clock)
{
	return (struct prof_stat){
		.ncalls = e->calls,
		.primitive_calls = primitive_of(e->calls, more->nested),
		.tottime_ns = length_of(clock, e->own_ns),
		.cumtime_ns = length_of(clock, e->cum_ns),
		.own_away = away_of(&more->own),
		.cum_away = away_of(&more->cum),
		.child_calls = e->children,
		.calls_beneath = e->beneath,
	};
}

/* Takes off what a function's edges, added up, count twice; only its primitive calls are counted
 * anew. */
static struct prof_stat func_overlap(const struct acc_func_cold *more,
				     const struct ticks_clock *clock)
{
	return (struct prof_stat){
		.cumtime_ns = -length_of(clock, more->overlap_ns),
		.cum_away = {-(__s64)more->overlap.off_ns, -(__s64)more->overlap.wait_ns},
		.calls_beneath = -more->overlap_beneath,
	};
}

static void add_edges(const struct tables *t, const uint32_t *map, struct profile *p,
		      const struct ticks_clock *clock)
{
	for (__u32 i = 1; i < t->size.edges; i++) {
		const struct acc_edge *e = &t->edges[i];
		const struct acc_edge_cold *more = &t->edges_cold[i];
		uint32_t callee = e->key ? func_at(t, map, e->func) : PROF_NONE;
		uint32_t caller = func_at(t, map, more->caller);
		struct prof_stat stat = edge_stat(e, more, clock);

		if (callee == PROF_NONE || !e->calls)
			continue;
		if (caller != PROF_NONE)
			prof_stat__add(&profile__edge(p, caller, callee)->stat, &stat);
		stat.primitive_calls = stat.ncalls;
		prof_stat__add(&p->funcs[callee].stat, &stat);
	}
}

/* After the edges, which make up a function's figures but for what is counted twice. */
static void add_funcs(const struct tables *t, const uint32_t *map, struct profile *p,
		      const struct ticks_clock *clock)
{
	for (__u32 i = 1; i < t->size.funcs; i++) {
		uint32_t f = t->funcs[i].key ? func_at(t, map, i) : PROF_NONE;
		const struct acc_func_cold *more = &t->funcs_cold[i];
		struct prof_stat overlap = func_overlap(more, clock), *stat;

		if (f == PROF_NONE)
			continue;
		stat = &p->funcs[f].stat;
		stat->primitive_calls = primitive_of(stat->primitive_calls, more->nested);
		prof_stat__add(stat, &overlap);
	}
}

static bool is_row(const struct acc_row *row)
{
	return row->tid && row->calls;
}

static void add_threads(const struct tables *t, struct profile *p, const struct ticks_clock *clock)
{
	for (__u32 i = 1; i < t->size.rows; i++) {
		const struct acc_row *row = &t->rows[i];
		char *name;
		struct prof_thread *th;

		if (!is_row(row))
			continue;
		name = utf8_from(row->comm, strnlen(row->comm, sizeof(row->comm)), 0);
		th = profile__add_thread(p, row->tid, name);
		th->ncalls = row->calls;
		th->tottime_ns = length_of(clock, row->own_ns);
		th->away = away_of(&row->away);
		th->start_ns = ns_of(clock, row->start_ns);
		th->end_ns = row->end_ns ? row->end_ns : clock->now_ns;
		free(name);
	}
}

/* --- blocks ------------------------------------------------------------------------------------
 */

/* Per row, its thread in the profile; PROF_NONE where it has none. */
static uint32_t *thread_map(const struct tables *t, const struct profile *p, size_t first)
{
	uint32_t *map = xcalloc(t->size.rows, sizeof(*map)), next = first;

	for (__u32 i = 0; i < t->size.rows; i++)
		map[i] = i && is_row(&t->rows[i]) && next < p->nthreads ? next++ : PROF_NONE;
	return map;
}

static uint32_t track_of_code(const struct tables *t, const struct acc_code *c, struct profile *p)
{
	char *group = is_marked(c) ? name_or_null(t, &c->names[2]) : NULL;
	uint32_t idx = (c->track & ~ACC_TRACK_MARKED) - 1, track = profile__track(p, group, idx);

	free(group);
	if (idx < ACC_TRACKS && is_marked(c)) {
		char *name = name_or_null(t, &t->tracks[idx].name);

		prof_track__name(&p->tracks[track], name);
		free(name);
	}
	return track;
}

static struct prof_hits hits_of(const struct acc_block_row *row)
{
	struct prof_hits h = {
		.hit_count = row->hits.hits,
		.total_ns = (__s64)row->total_ns,
		.own_ns = (__s64)row->own_ns,
		.min_ns = row->hits.min_ns,
		.max_ns = row->hits.max_ns,
	};

	_Static_assert(PROF_BUCKETS == ACC_BLOCK_BUCKETS, "one histogram");
	memcpy(h.histogram, row->hits.bucket, sizeof(h.histogram));
	return h;
}

static void add_block(const struct tables *t, struct profile *p, const struct acc_block_row *row,
		      const uint32_t *threads)
{
	__u32 code = row->func < t->size.funcs ? t->funcs[row->func].code : 0;
	const struct acc_code *c = code && code < t->size.codes ? &t->codes[code] : NULL;
	struct prof_hits hits = hits_of(row);
	char *name, *file;

	if (!c || !c->track || !hits.hit_count || row->clears != t->ctl->clears)
		return;
	name = name_text(t, &c->names[1]);
	file = name_or_null(t, &c->names[0]);
	prof_block__add(profile__block(p, track_of_code(t, c, p), name, file, c->line),
			row->row < t->size.rows ? threads[row->row] : PROF_NONE, &hits);
	free(name);
	free(file);
}

static void add_blocks(const struct tables *t, struct profile *p, size_t first_thread)
{
	uint32_t *threads = thread_map(t, p, first_thread);

	for (__u32 i = ACC_BLOCK_NEW + 1; i < t->size.blocks; i++)
		add_block(t, p, &t->blocks[i], threads);
	free(threads);
}

static void add_losses(const struct tables *t, struct profile *p)
{
	static const struct {
		const char *name, *text;
	} losses[] = {
#define X(id, name, text) {#name, text},
		ACC_LOSSES(X)
#undef X
	};

	for (__u32 i = 0; i < ACC_LOSS_COUNT; i++)
		profile__add_loss(p, losses[i].name, losses[i].text, t->ctl->losses[i]);
}

static void add_timed(struct acc_timed *to, const struct acc_timed *t)
{
	to->ticks += t->ticks;
	to->n += t->n;
}

struct prof_pace tables__pace(const struct tables *t, const struct ticks_clock *clock)
{
	struct acc_timed entries = {0}, returns = {0};

	for (__u32 i = 1; i < t->size.threads; i++) {
		add_timed(&entries, &t->threads[i].entries);
		add_timed(&returns, &t->threads[i].returns);
	}
	return (struct prof_pace){
		.entries = {entries.n, length_of(clock, entries.ticks)},
		.returns = {returns.n, length_of(clock, returns.ticks)},
	};
}

void tables__to_profile(const struct tables *t, struct profile *p, const struct ticks_clock *clock)
{
	uint32_t *map = code_map(t, p);
	size_t first_thread = p->nthreads;

	add_edges(t, map, p, clock);
	add_funcs(t, map, p, clock);
	add_threads(t, p, clock);
	add_blocks(t, p, first_thread);
	add_losses(t, p);
	p->pace = tables__pace(t, clock);
	free(map);
}

/* The number of a thread in the innermost pid namespace, and its name. */
static int inner_tid(int pid, int tid, char comm[16])
{
	char path[64], line[256];
	int inner = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		const char *last = strrchr(line, '\t');

		if (!strncmp(line, "Name:\t", 6))
			snprintf(comm, 16, "%.*s", (int)strcspn(line + 6, "\n"), line + 6);
		if (!strncmp(line, "NSpid:", 6) && last)
			inner = atoi(last);
	}
	if (f)
		fclose(f);
	return inner;
}

void tables__name_threads(struct tables *t, int pid)
{
	char path[32], comm[16] = "";
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (d = readdir(dir))) {
		int tid = atoi(d->d_name), inner = tid > 0 ? inner_tid(pid, tid, comm) : 0;

		for (__u32 i = 1; inner && i < t->size.rows; i++) {
			struct acc_row *row = &t->rows[i];

			if (row->tid != (__u32)inner || row->end_ns || *row->comm)
				continue;
			row->tid = tid;
			memcpy(row->comm, comm, sizeof(comm));
		}
	}
	if (dir)
		closedir(dir);
}
