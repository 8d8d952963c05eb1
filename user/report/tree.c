/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Call paths as an indented tree, the longest first. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/clock.h"
#include "model/paths.h"
#include "model/run.h"
#include "model/tree.h"
#include "report/footnote.h"
#include "report/labels.h"
#include "report/rows.h"
#include "report/signs.h"
#include "report/units.h"

#define INDENT_MOST 40 /* levels; deeper ones say how deep they are */

struct drawing {
	const struct profile *p;
	const struct report_opts *opts;
	struct tree tree;
	uint32_t *depths;
	char **labels;
	struct prof_stat told; /* of all paths; calls and own times */
	double all;	       /* of the whole run, whatever is hidden or lost */
	size_t small;	       /* paths left out as they are short */
	size_t deep;	       /* and as they are deep */
	bool open;	       /* some that are shown were open before they were seen */
};

static int compare_cum(const void *x, const void *y, void *arg)
{
	const struct prof_path *paths = arg;
	uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;
	int64_t a = paths[i].stat.cumtime_ns, b = paths[k].stat.cumtime_ns;

	return a != b ? (a < b) - (a > b) : (i > k) - (i < k);
}

static void sort(struct drawing *d)
{
	uint32_t *order = xcalloc(d->p->npaths + 1, sizeof(*order));

	for (size_t i = 0; i < d->p->npaths; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, d->p->npaths, sizeof(*order), compare_cum, d->p->paths);
	tree__sort(&d->tree, order);
	free(order);
}

static double share_of(const struct drawing *d, const struct prof_path *path)
{
	return d->all > 0 ? 100 * (double)path->stat.cumtime_ns / d->all : 0;
}

static struct prof_stat sum_of_paths(const struct profile *p)
{
	struct prof_stat sum = {0};

	for (size_t i = 0; i < p->npaths; i++)
		prof_stat__add(&sum, &p->paths[i].stat);
	return sum;
}

/* What the whole run took. */
static double time_of_all(const struct report_opts *opts)
{
	const struct prof_clock *clock = opts->clock ? opts->clock : prof_clocks;
	const struct prof_stat run = profile__run(opts->whole);

	return fmax((double)prof_clock__cum(clock, &run), (double)prof_clock__own(clock, &run));
}

/* What it and all beneath it read and wrote, where that was counted. */
static void print_bytes(const struct prof_io *io, FILE *out)
{
	char *read = units__bytes(prof_io__read(io)), *written = units__bytes(prof_io__written(io));

	fprintf(out, " %8s %8s", read, written);
	free(read);
	free(written);
}

static void print_path(const struct drawing *d, uint32_t i, FILE *out)
{
	const struct prof_path *path = &d->p->paths[i];
	uint32_t depth = d->depths[i], levels = depth < INDENT_MOST ? depth : INDENT_MOST;

	fprintf(out, "%9" PRIu64 " %8.3f %8.3f %6.1f%%", path->stat.ncalls,
		(double)path->stat.tottime_ns / 1e9, (double)path->stat.cumtime_ns / 1e9,
		share_of(d, path));
	if (d->p->target.io)
		print_bytes(&profile__io(d->p, PROF_PATHS, i)->cum, out);
	fprintf(out, "  %*s", (int)levels * 2, "");
	if (depth > levels)
		fprintf(out, "(%" PRIu32 ") ", depth);
	fprintf(out, "%s%s%s%s\n", d->labels[path->func],
		path->parent == PROF_FOLDED ? " by paths beyond the table" : "",
		path->stat.open ? " " : "", sign__open(&path->stat));
}

/* The path at i, if it is to be seen; whether what is below it is not. */
static bool draw(struct drawing *d, uint32_t i, FILE *out)
{
	uint32_t parent = d->tree.parents[i];

	d->depths[i] = parent < i ? d->depths[parent] + 1 : 0;
	if (d->opts->depth && d->depths[i] >= d->opts->depth) {
		d->deep++;
		return true;
	}
	if (share_of(d, &d->p->paths[i]) < d->opts->min_percent) {
		d->small++;
		return true;
	}
	print_path(d, i, out);
	d->open |= d->p->paths[i].stat.open != 0;
	return false;
}

static void print_left_out(const struct drawing *d, FILE *out)
{
	putc('\n', out);
	if (d->open)
		fprintf(out, "   " SIGN_OPEN " %s\n", sign__open_text(d->p));
	if (d->small)
		fprintf(out,
			"   Paths left out as their time is below %g %%: %zu, with all beneath "
			"them\n",
			d->opts->min_percent, d->small);
	if (d->deep)
		fprintf(out,
			"   Paths left out as they are deeper than %u: %zu, with all beneath "
			"them\n",
			d->opts->depth, d->deep);
	report__untold(d->p, &d->told, "path", out);
}

static void print_totals(const struct drawing *d, FILE *out)
{
	const size_t n = d->p->npaths;

	fprintf(out, "         %zu call path%s in %.3f seconds", n, n == 1 ? "" : "s",
		(double)d->told.tottime_ns / 1e9);
	if (llround((double)d->told.tottime_ns / 1e6) != llround(d->all / 1e6))
		fprintf(out, ", shares are of %.3f", d->all / 1e9);
	fputs("\n\n", out);
}

int report_tree(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	uint32_t *parents = paths__parents(p);
	struct drawing d = {p,
			    opts,
			    tree__of(parents, p->npaths),
			    xcalloc(p->npaths + 1, sizeof(*d.depths)),
			    labels__of(p),
			    sum_of_paths(p),
			    time_of_all(opts),
			    0,
			    0,
			    false};

	sort(&d);
	report__head(p, out);
	print_totals(&d, out);
	fprintf(out, "    calls      own    total   share%s  path\n",
		p->target.io ? "     read  written" : "");
	for (uint32_t i = d.tree.root; i != TREE_NONE;)
		i = tree__after(&d.tree, i, draw(&d, i, out));
	print_left_out(&d, out);
	report__foot(p, opts, out);
	tree__free(&d.tree);
	labels__free(d.labels, p);
	free(d.depths);
	free(parents);
	return ferror(out) ? -1 : 0;
}
