/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Prints stored profiles again, several of them added up. Needs no rights. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "model/bias.h"
#include "model/clock.h"
#include "model/profile.h"
#include "process/ownfilter.h"
#include "report/load.h"

/* The profiles of one side. */
struct profiles {
	struct profile **v;
	size_t n;
};

/* The first clock of -c that p knows nothing of; NULL: none. */
static const struct prof_clock *unknown_clock(const struct opts *o, const struct profile *p)
{
	for (size_t i = 0; i < o->nclocks && p->target.only_wall; i++) {
		if (o->clocks[i] != prof_clocks)
			return o->clocks[i];
	}
	return NULL;
}

/* 0, or -1 after one line where -c is of times that one of all does not have. */
static int check_clocks(const struct opts *o, const struct profiles *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct prof_clock *clock = unknown_clock(o, all->v[i]);

		if (clock)
			return err("-c %s: a .prof has no such times, only those of the wall; "
				   "leave -c out",
				   clock->name);
	}
	return 0;
}

static int print(const struct opts *o, const struct profile *p)
{
	struct output out;
	int status;

	if (!p->target.io && opts__sort_by_bytes(o)) {
		err("-s bytes: reads and writes were not counted; measure with --io, or give "
		    "another key");
		return STATUS_USAGE;
	}
	status = output__open(&out, o) || output__write(&out, p) ? STATUS_FAILED : STATUS_DONE;
	output__close(&out);
	return status;
}

static void free_profiles(struct profiles *all)
{
	for (size_t i = 0; i < all->n; i++)
		profile__free(all->v[i]);
	free(all->v);
}

/* 0 or -1 after one line. Where they are to be added up each goes as it comes: of thousands, one is
 * in memory beside their sum. */
static int load(struct profiles *all, const char *const *paths, size_t n, bool add_up)
{
	for (size_t i = 0; i < n; i++) {
		struct profile *p = profile__load(paths[i]);

		if (!p)
			return -1;
		if (add_up && all->n)
			profile__add(all->v[0], p);
		else
			*ARR_PUSH(all->v, all->n) = p;
	}
	return 0;
}

/* The figures that are to be compared. */
static struct profile *shown(const struct opts *o, const struct profile *p)
{
	struct profile *to = output__shown(o, p), *by;

	if (!o->nclocks)
		return to;
	by = profile__by_clock(to, o->clocks[0]);
	profile__free(to);
	return by;
}

static struct changes *compare(const struct opts *o, const struct profiles *before,
			       const struct profiles *after)
{
	const struct profiles *from[] = {before, after};
	struct profiles sides[2] = {0};
	struct changes *c;

	for (int k = 0; k < 2; k++) {
		for (size_t i = 0; i < from[k]->n; i++)
			*ARR_PUSH(sides[k].v, sides[k].n) = shown(o, from[k]->v[i]);
	}
	c = o->alike.common_only
		    ? changes__in_common(sides[0].v, sides[0].n, sides[1].v, sides[1].n)
		    : changes__between(sides[0].v, sides[0].n, sides[1].v, sides[1].n);
	free_profiles(&sides[0]);
	free_profiles(&sides[1]);
	return c;
}

/* What both sides need to be comparable. 0, or -1 after one line. */
static int find_alike(struct opts *o, const struct profiles *before, const struct profiles *after)
{
	const size_t n = before->n + after->n;
	struct profile **v = xcalloc(n, sizeof(*v));
	const char **names = xcalloc(n, sizeof(*names));
	int error;

	for (size_t i = 0; i < n; i++) {
		bool is_old = i < before->n;

		v[i] = is_old ? before->v[i] : after->v[i - before->n];
		names[i] = is_old ? o->baselines[i] : o->args[i - before->n];
	}
	error = alike__of(&o->alike, &(struct alike_files){names, v, n}, o->fold);
	free(names);
	free(v);
	return error;
}

/* Whether thresholds have nothing to look at, after one line: that is no pass. */
static bool judges_nothing(const struct opts *o, const struct changes *c)
{
	if (!o->nthresholds || c->n)
		return false;
	err("--fail-if: no function is left to compare; %s",
	    o->nonly || o->nexcept || o->mine ? "see what --only, --exclude and --mine leave"
					      : "give profiles that have functions in common");
	return true;
}

/* STATUS_WORSE after a line for each threshold that is exceeded, else STATUS_DONE. */
static int judge(const struct opts *o, const struct changes *c)
{
	int status = STATUS_DONE;

	for (size_t i = 0; i < o->nthresholds; i++) {
		const struct threshold *t = &o->thresholds[i];
		size_t n;
		const struct change *worst = threshold__exceeded(t, c, &n);

		if (!worst)
			continue;
		status = STATUS_WORSE;
		if (worst->func)
			err("--fail-if %s: %zu function%s, %s:%u(%s) most", t->text, n,
			    n == 1 ? "" : "s", worst->func->file, worst->func->line,
			    worst->func->name);
		else
			err("--fail-if %s: it grew by more", t->text);
	}
	return status;
}

/* All of them in the first; how many they were. */
static size_t join(struct profiles *all)
{
	size_t n = all->n;

	for (; all->n > 1; all->n--) {
		profile__add(all->v[0], all->v[1]);
		memmove(all->v + 1, all->v + 2, (all->n - 2) * sizeof(*all->v));
	}
	return n;
}

static int report(struct opts *o, struct profiles *before, struct profiles *after)
{
	struct profile *baseline = NULL;
	struct changes *c = NULL;
	double nafter, nbefore;
	int status;

	if (check_clocks(o, before) || check_clocks(o, after))
		return STATUS_FAILED;
	if (before->n && find_alike(o, before, after))
		return STATUS_FAILED;
	if (before->n)
		c = compare(o, before, after);
	nafter = join(after), nbefore = join(before);
	if (c)
		baseline = profile__renamed(before->v[0], moves__apply, &c->moves);
	o->changes = c;
	o->baseline = baseline;
	o->baseline_scale = c ? nafter / nbefore : 1;
	status = c && judges_nothing(o, c) ? STATUS_FAILED : print(o, after->v[0]);
	if (c && status == STATUS_DONE)
		status = judge(o, c);
	profile__free(baseline);
	changes__free(c);
	o->changes = NULL;
	o->baseline = NULL;
	return status;
}

static size_t times_stdin(const struct opts *o)
{
	size_t n = 0;

	for (int i = 0; i < o->nargs; i++)
		n += !strcmp(o->args[i], "-");
	for (size_t i = 0; i < o->nbaselines; i++)
		n += !strcmp(o->baselines[i], "-");
	return n;
}

int cmd_report(struct opts *o)
{
	struct profiles before = {0}, after = {0};
	int status = STATUS_FAILED;

	if (!o->nargs) {
		err("report: give at least one file; see 'bpfprof report --help'");
		return STATUS_USAGE;
	}
	if (o->nthresholds && !o->nbaselines) {
		err("--fail-if: nothing to compare with; give --baseline FILE");
		return STATUS_USAGE;
	}
	if (times_stdin(o) > 1) {
		err("report: stdin (-) can be read once; give a file for the others");
		return STATUS_USAGE;
	}
	o->stored = true;
	own_filter__only(0);
	if (!load(&before, o->baselines, o->nbaselines, false) &&
	    !load(&after, (const char *const *)o->args, o->nargs, !o->nbaselines))
		status = report(o, &before, &after);
	free_profiles(&before);
	free_profiles(&after);
	return status;
}
