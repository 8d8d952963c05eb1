/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The format of callgrind: each function's own cost, and beneath it a line "calls=" for each it
 * calls, with what these calls took in all. That is what a profile has, figure for figure. Costs
 * are not below zero there, and of a recursive function its readers add up every level.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "model/clock.h"
#include "report/edges.h"
#include "report/footnote.h"
#include "report/rows.h"

/* One file being written. */
struct callgrind {
	const struct profile *p;
	FILE *out;
	const struct prof_clock *events[PROF_CLOCK_PARTS];
	size_t nevents;
	bool *named; /* functions whose names stand in the file already */
};

static void put_text(const char *before, const char *text, FILE *out)
{
	char *safe = escaped(text, ESCAPE_TERMINAL);

	fprintf(out, "%s%s\n", before, safe);
	free(safe);
}

/* The lines for a file and a function, "fl=" and "fn=" or those of one called. Names are written
 * once, then their numbers stand for them; of a name the line is part, for others may have it. */
static void put_function(struct callgrind *c, const char *fl, const char *fn, uint32_t i)
{
	const struct prof_func *f = &c->p->funcs[i];
	char *name, *safe;

	if (c->named[i]) {
		fprintf(c->out, "%s=(%u)\n%s=(%u)\n", fl, i + 1, fn, i + 1);
		return;
	}
	c->named[i] = true;
	fprintf(c->out, "%s=(%u) ", fl, i + 1);
	put_text("", f->file, c->out);
	name = xasprintf("%s:%u", prof_func__full_name(f), f->line);
	safe = escaped(name, ESCAPE_TERMINAL);
	fprintf(c->out, "%s=(%u) %s\n", fn, i + 1, safe);
	free(safe);
	free(name);
}

static void put_costs(struct callgrind *c, uint32_t line, const struct prof_stat *st,
		      int64_t (*of)(const struct prof_clock *clock, const struct prof_stat *st))
{
	fprintf(c->out, "%u", line);
	for (size_t i = 0; i < c->nevents; i++) {
		int64_t ns = of(c->events[i], st);

		fprintf(c->out, " %" PRId64, ns > 0 ? ns : 0);
	}
	putc('\n', c->out);
}

static void put_call(struct callgrind *c, const struct prof_edge *e)
{
	put_function(c, "cfi", "cfn", e->callee);
	fprintf(c->out, "calls=%" PRIu64 " %u\n", e->stat.ncalls, c->p->funcs[e->callee].line);
	put_costs(c, c->p->funcs[e->caller].line, &e->stat, prof_clock__cum);
}

static void put_head(struct callgrind *c)
{
	const struct prof_stat sum = report__sum(c->p);

	fputs("# callgrind format\nversion: 1\ncreator: bpfprof\n", c->out);
	if (c->p->target.command)
		put_text("cmd: ", c->p->target.command, c->out);
	for (size_t i = 0; i < c->nevents; i++)
		fprintf(c->out, "event: %s_ns : %s, in ns\n", c->events[i]->name,
			c->events[i]->help);
	fputs("positions: line\nevents:", c->out);
	for (size_t i = 0; i < c->nevents; i++)
		fprintf(c->out, " %s_ns", c->events[i]->name);
	fputs("\nsummary:", c->out);
	for (size_t i = 0; i < c->nevents; i++)
		fprintf(c->out, " %" PRId64, prof_clock__own(c->events[i], &sum));
	putc('\n', c->out);
}

int report_callgrind(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	struct callgrind c = {.p = p, .out = out};
	const struct prof_edge **edges;
	size_t at = 0;

	(void)opts;
	c.nevents = prof_clock__parts(p, c.events);
	c.named = xcalloc(p->nfuncs, sizeof(*c.named));
	edges = edges__by(p, edge__caller);
	put_head(&c);
	for (uint32_t i = 0; i < p->nfuncs; i++) {
		putc('\n', out);
		put_function(&c, "fl", "fn", i);
		put_costs(&c, p->funcs[i].line, &p->funcs[i].stat, prof_clock__own);
		for (; at < p->nedges && edges[at]->caller == i; at++)
			put_call(&c, edges[at]);
	}
	free(edges);
	free(c.named);
	return ferror(out) ? -1 : 0;
}
