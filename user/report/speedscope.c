/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Call paths for speedscope: a profile for each clock by which anything took time, on a time line
 * that is made up: each path opens once, for as long as all of its calls took together, its own
 * time before that of the paths on it. So the file grows with the number of paths alone, however
 * deep they are.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/clock.h"
#include "model/paths.h"
#include "model/tree.h"
#include "report/jsonout.h"
#include "report/rows.h"

static void print_frames(const struct profile *p, FILE *out)
{
	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_func *f = &p->funcs[i];

		fputs(i ? ",\n" : "\n", out);
		json__print(json_pack("{s:s, s:s, s:I}", "name", prof_func__full_name(f), "file",
				      f->file, "line", (json_int_t)f->line),
			    out);
	}
}

/* Lengths of the time line: of each path, what is its own and what all of it takes. */
struct lengths {
	int64_t *own, *all;
	int64_t end;
};

static struct lengths lengths_of(const struct profile *p, const struct prof_clock *clock)
{
	struct lengths l = {xcalloc(p->npaths + 1, sizeof(*l.own)),
			    xcalloc(p->npaths + 1, sizeof(*l.all)), 0};

	for (size_t i = p->npaths; i-- > 0;) {
		int64_t own = prof_clock__own(clock, &p->paths[i].stat);

		l.own[i] = own > 0 ? own : 0;
		l.all[i] = prof_ns(l.all[i] + l.own[i]);
		if (p->paths[i].parent < i)
			l.all[p->paths[i].parent] = prof_ns(l.all[p->paths[i].parent] + l.all[i]);
		else
			l.end = prof_ns(l.end + l.all[i]);
	}
	return l;
}

struct events {
	const struct profile *p;
	FILE *out;
	int64_t at;
	size_t n;
};

static void event(struct events *e, char type, uint32_t path)
{
	fprintf(e->out, "%s{\"type\":\"%c\",\"frame\":%" PRIu32 ",\"at\":%" PRId64 "}",
		e->n++ ? ",\n" : "\n", type, e->p->paths[path].func, e->at);
}

/* Closes what does not hold the path that opens next (TREE_NONE: none does). */
static void close_to(struct events *e, const struct tree *t, uint32_t from, uint32_t next)
{
	uint32_t keep = next == TREE_NONE ? TREE_NONE : t->parents[next];

	for (uint32_t i = from; i != keep; i = t->parents[i])
		event(e, 'C', i);
}

static void print_events(const struct profile *p, const struct tree *t, const struct lengths *l,
			 FILE *out)
{
	struct events e = {p, out, 0, 0};
	uint32_t open = TREE_NONE;

	for (uint32_t i = t->root; i != TREE_NONE; i = tree__after(t, i, !l->all[i])) {
		if (!l->all[i])
			continue;
		if (open != TREE_NONE)
			close_to(&e, t, open, i);
		event(&e, 'O', i);
		e.at = prof_ns(e.at + l->own[i]);
		open = i;
	}
	if (open != TREE_NONE)
		close_to(&e, t, open, TREE_NONE);
}

/* There is none by a clock of no time, but for the first clock. */
static void print_profile(const struct profile *p, const struct tree *t,
			  const struct prof_clock *clock, FILE *out)
{
	struct lengths l = lengths_of(p, clock);
	bool is_first = clock == prof_clocks;

	if (l.end || is_first) {
		fprintf(out,
			"%s{\"type\":\"evented\",\"name\":\"%s: %s\",\"unit\":\"nanoseconds\","
			"\"startValue\":0,\"endValue\":%" PRId64 ",\"events\":[",
			is_first ? "\n" : ",\n", clock->name, clock->help, l.end);
		print_events(p, t, &l, out);
		fputs("]}", out);
	}
	free(l.own);
	free(l.all);
}

int report_speedscope(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	uint32_t *parents;
	struct tree tree;

	(void)opts;
	parents = paths__parents(p);
	tree = tree__of(parents, p->npaths);
	fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
	      "\"exporter\":\"bpfprof\",\"name\":",
	      out);
	json__print(json_string(p->target.command ? p->target.command : "bpfprof"), out);
	fputs(",\"activeProfileIndex\":0,\n\"shared\":{\"frames\":[", out);
	print_frames(p, out);
	fputs("]},\n\"profiles\":[", out);
	for (const struct prof_clock *c = prof_clocks; c->name; c++)
		print_profile(p, &tree, c, out);
	fputs("]}\n", out);
	tree__free(&tree);
	free(parents);
	return ferror(out) ? -1 : 0;
}
