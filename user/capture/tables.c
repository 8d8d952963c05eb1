/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables to profile: closes what is open, resolves indices, turns names into valid UTF-8. Knows
 * the tables and the model; no BPF object, no process. */
#include "capture/home.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "model/profile.h"

#define LENGTH_MAX (1ll << 60) /* 36 years: what a hostile process makes longer is cut */

/* A length of time in ns; exact where ticks are nanoseconds. */
static __s64 length_of(const struct tables_clock *c, __u64 ticks)
{
	double ns = (double)(__s64)ticks * c->ns_per_tick;

	if (!(ns < LENGTH_MAX && ns > -LENGTH_MAX))
		return ns < 0 ? -LENGTH_MAX : LENGTH_MAX;
	return c->ns_per_tick == 1 ? (__s64)ticks : (__s64)ns;
}

static __u64 ns_of(const struct tables_clock *c, __u64 tick)
{
	return c->now_ns - (__u64)length_of(c, c->now - tick);
}

static __u64 tick_of(const struct tables_clock *c, __u64 ns)
{
	const struct tables_clock back = {.ns_per_tick = 1 / c->ns_per_tick};

	return c->now - (__u64)length_of(&back, c->now_ns - ns);
}

void tables__close_frames(struct tables *t, const struct tables_clock *clock)
{
	home = t;
	for (__u32 i = 1; i < t->size.slots; i++) {
		struct acc_slot *s = &t->slots[i];
		__u64 end = s->end_ns ? tick_of(clock, s->end_ns) : clock->now;
		__u32 open = 0;

		/* a stack is no longer than the pool: a loop of hostile links ends there */
		while (open++ < t->size.frames && acc_pop(s, acc_row(s->row), end))
			continue;
	}
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

/* The profile's function of a code object. */
static uint32_t func_of_code(const struct tables *t, const struct acc_code *c, struct profile *p)
{
	char *file = name_text(t, &c->names[0]), *name = name_text(t, &c->names[1]);
	char *qualname = c->names[2].state == ACC_NAME_NONE ? NULL : name_text(t, &c->names[2]);
	uint32_t f = profile__func(p, file, c->line, name, qualname);

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

static void add_funcs(const struct tables *t, const uint32_t *map, struct profile *p,
		      const struct tables_clock *clock)
{
	for (__u32 i = 1; i < t->size.funcs; i++) {
		const struct acc_func *func = &t->funcs[i];
		uint32_t f = func->key ? func_at(t, map, i) : PROF_NONE;
		struct prof_stat sum = {0};

		if (f == PROF_NONE)
			continue;
		sum.primitive_calls = func->primitive;
		sum.cumtime_ns = length_of(clock, func->cum_ns);
		prof_stat__add(&p->funcs[f].stat, &sum);
	}
}

static void add_edges(const struct tables *t, const uint32_t *map, struct profile *p,
		      const struct tables_clock *clock)
{
	for (__u32 i = 1; i < t->size.edges; i++) {
		const struct acc_edge *e = &t->edges[i];
		uint32_t callee = e->key ? func_at(t, map, e->func) : PROF_NONE;
		uint32_t caller = func_at(t, map, e->caller);
		struct prof_stat stat = {e->calls, e->primitive, length_of(clock, e->own_ns),
					 length_of(clock, e->cum_ns)};

		struct prof_stat own = {0};

		if (callee == PROF_NONE || !e->calls)
			continue;
		own.ncalls = stat.ncalls;
		own.tottime_ns = stat.tottime_ns;
		prof_stat__add(&p->funcs[callee].stat, &own);
		if (caller != PROF_NONE)
			prof_stat__add(&profile__edge(p, caller, callee)->stat, &stat);
	}
}

static void add_threads(const struct tables *t, struct profile *p, const struct tables_clock *clock)
{
	for (__u32 i = 1; i < t->size.rows; i++) {
		const struct acc_row *row = &t->rows[i];
		char *name;
		struct prof_thread *th;

		if (!row->tid || !row->calls)
			continue;
		name = utf8_from(row->comm, strnlen(row->comm, sizeof(row->comm)), 0);
		th = profile__add_thread(p, row->tid, name);
		th->ncalls = row->calls;
		th->tottime_ns = length_of(clock, row->own_ns);
		th->start_ns = ns_of(clock, row->start_ns);
		th->end_ns = row->end_ns ? row->end_ns : clock->now_ns;
		free(name);
	}
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

void tables__to_profile(const struct tables *t, struct profile *p, const struct tables_clock *clock)
{
	uint32_t *map = code_map(t, p);

	add_funcs(t, map, p, clock);
	add_edges(t, map, p, clock);
	add_threads(t, p, clock);
	add_losses(t, p);
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
