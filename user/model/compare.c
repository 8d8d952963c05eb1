/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What changed between runs of one program. */
#include "model/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/bias.h"
#include "model/moves.h"
#include "model/noise.h"

/* Sums over the runs of one side, of one function or of all. */
struct sums {
	double sum[FIGURES], squares[FIGURES];
	double error[FIGURES]; /* squared */
	struct noise_owed owed[FIGURES];
};

struct side {
	struct profile *all; /* functions that any run has */
	struct sums *of;     /* by their index */
	struct sums total;
	struct noise_side constants;
	size_t nruns, nfuncs;
};

static void add_run(struct sums *to, const double v[FIGURES], const double error[FIGURES])
{
	for (int k = 0; k < FIGURES; k++) {
		to->sum[k] += v[k];
		to->squares[k] += v[k] * v[k];
		to->error[k] += error[k] * error[k];
	}
}

/* The cumulative time has the errors of all calls beneath, of whatever kind. b: as it holds of the
 * function. */
static void add_func(struct sums *to, const struct profile *p, const struct prof_bias *b,
		     const struct prof_stat *st, size_t n)
{
	double own = prof_bias__error(b, st), each = prof_bias__each_error(b);
	const double v[FIGURES] = {(double)st->ncalls, (double)st->tottime_ns,
				   (double)st->cumtime_ns};
	const double error[FIGURES] = {0, own, own + each * (double)st->calls_beneath};

	add_run(to, v, error);
	noise_owed__add(&to->owed[FIGURE_OWN], p, st, false, n);
	noise_owed__add(&to->owed[FIGURE_CUM], p, st, true, n);
}

static void add_total(struct sums *to, const struct profile *p, size_t n)
{
	double v[FIGURES] = {0}, error[FIGURES] = {0, profile__bias_error(p), 0};

	for (size_t i = 0; i < p->nfuncs; i++) {
		v[FIGURE_CALLS] += (double)p->funcs[i].stat.ncalls;
		v[FIGURE_OWN] += (double)p->funcs[i].stat.tottime_ns;
	}
	add_run(to, v, error);
	noise_owed__add_total(&to->owed[FIGURE_OWN], p, n);
}

/* With the files where they moved to. */
static struct side side_of(struct profile *const *runs, size_t nruns, const struct moves *moves)
{
	struct side s = {.all = profile__new(), .nruns = nruns};

	for (size_t r = 0; r < nruns; r++) {
		struct prof_bias *of = profile__biases(runs[r]);

		for (size_t i = 0; i < runs[r]->nfuncs; i++) {
			const struct prof_func *f = &runs[r]->funcs[i];
			char *file = moves__apply(moves, f->file);
			uint32_t at = profile__func(s.all, file, f->line, f->name, f->qualname);

			free(file);
			if (at == s.nfuncs)
				ARR_PUSH(s.of, s.nfuncs);
			add_func(&s.of[at], runs[r], &of[i], &f->stat, nruns);
		}
		free(of);
		add_total(&s.total, runs[r], nruns);
		noise_side__add(&s.constants, runs[r]);
	}
	return s;
}

/* Of a mean of n: its variance by the runs' spread. */
static double spread(const struct sums *s, int k, size_t n)
{
	double mean = s->sum[k] / n, sum = s->squares[k] - n * mean * mean;

	return n > 1 && sum > 0 ? sum / (n - 1) / n : 0;
}

/* Student's t at 95 % by degrees of freedom. */
static double student(size_t freedom)
{
	static const double t[] = {0, 12.7, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23};

	return freedom < sizeof(t) / sizeof(*t) ? t[freedom] : 2.2;
}

/* What errors say: all of those that are stated, or, where that is less, what of them stands in a
 * difference. runs: the squared noise of the runs' spread. */
static double noise_of(const struct side *a, const struct sums *before, const struct side *b,
		       const struct sums *after, int k, double runs)
{
	double stated = before->error[k] / (double)a->nruns / (double)a->nruns +
			after->error[k] / (double)b->nruns / (double)b->nruns;
	double all = sqrt(4 * stated + runs), apart;

	if (!noise__is_common(&a->constants, &b->constants))
		return all;
	apart = noise__apart(&a->constants, &before->owed[k]) +
		noise__apart(&b->constants, &after->owed[k]);
	return fmin(all,
		    noise__common(&a->constants, &before->owed[k], &b->constants, &after->owed[k]) +
			    sqrt(4 * apart + runs));
}

static void fill(struct change *c, const struct side *a, const struct sums *before,
		 const struct side *b, const struct sums *after)
{
	static const struct sums none;
	double t = student(a->nruns + b->nruns - 2);

	before = before ? before : &none;
	after = after ? after : &none;
	for (int k = 0; k < FIGURES; k++) {
		double runs = spread(before, k, a->nruns) + spread(after, k, b->nruns);

		c->before[k] = before->sum[k] / a->nruns;
		c->after[k] = after->sum[k] / b->nruns;
		c->noise[k] = noise_of(a, before, b, after, k, t * t * runs);
	}
}

/* --- which function is which */

static int compare_names(const struct prof_func *f, const struct prof_func *g)
{
	int c = strcmp(f->file, g->file);

	return c ? c : strcmp(prof_func__full_name(f), prof_func__full_name(g));
}

static int compare_rows(const void *x, const void *y, void *arg)
{
	const struct prof_func *funcs = arg;
	const struct prof_func *f = &funcs[*(const uint32_t *)x], *g = &funcs[*(const uint32_t *)y];
	int c = compare_names(f, g);

	return c ? c : (f->line > g->line) - (f->line < g->line);
}

/* Functions of s that have no counterpart yet, by name. */
static uint32_t *unmatched(const struct side *s, const uint32_t *match, size_t *n)
{
	uint32_t *rows = xcalloc(s->nfuncs + 1, sizeof(*rows));

	*n = 0;
	for (size_t i = 0; i < s->nfuncs; i++) {
		if (match[i] == PROF_NONE)
			rows[(*n)++] = i;
	}
	qsort_r(rows, *n, sizeof(*rows), compare_rows, s->all->funcs);
	return rows;
}

static void match_moved(const struct side *a, uint32_t *of_a, const struct side *b, uint32_t *of_b)
{
	size_t na, nb, i = 0, k = 0;
	uint32_t *rows_a = unmatched(a, of_a, &na), *rows_b = unmatched(b, of_b, &nb);

	while (i < na && k < nb) {
		int c = compare_names(&a->all->funcs[rows_a[i]], &b->all->funcs[rows_b[k]]);

		if (!c) {
			of_a[rows_a[i]] = rows_b[k];
			of_b[rows_b[k]] = rows_a[i];
		}
		i += c <= 0;
		k += c >= 0;
	}
	free(rows_a);
	free(rows_b);
}

/* By file, line and name; what a has not is added to its functions, beyond a->nfuncs. */
static void match_same(const struct side *a, uint32_t *of_a, const struct side *b, uint32_t *of_b)
{
	for (uint32_t i = 0; i < b->nfuncs; i++) {
		const struct prof_func *f = &b->all->funcs[i];
		uint32_t at = profile__func(a->all, f->file, f->line, f->name, NULL);

		if (at < a->nfuncs) {
			of_a[at] = i;
			of_b[i] = at;
		}
	}
}

static uint32_t *no_matches(size_t n)
{
	uint32_t *match = xcalloc(n + 1, sizeof(*match));

	memset(match, 0xff, n * sizeof(*match));
	return match;
}

static int compare_changes(const void *x, const void *y)
{
	const struct change *a = x, *b = y;

	for (int k = FIGURE_OWN; k < FIGURES; k++) {
		double p = change__of(a, k), q = change__of(b, k);

		if (p != q)
			return p < q ? 1 : -1;
	}
	return compare_names(a->func, b->func);
}

static void add_changes(struct changes *c, const struct side *a, const uint32_t *of_a,
			const struct side *b, const uint32_t *of_b)
{
	for (uint32_t i = 0; i < b->nfuncs; i++) {
		struct change *row = ARR_PUSH(c->v, c->n);

		row->func = &b->all->funcs[i];
		row->is_new = of_b[i] == PROF_NONE;
		fill(row, a, row->is_new ? NULL : &a->of[of_b[i]], b, &b->of[i]);
	}
	for (uint32_t i = 0; i < a->nfuncs; i++) {
		struct change *row = of_a[i] == PROF_NONE ? ARR_PUSH(c->v, c->n) : NULL;

		if (!row)
			continue;
		row->func = &a->all->funcs[i];
		row->is_gone = true;
		fill(row, a, &a->of[i], b, NULL);
	}
	if (c->n)
		qsort(c->v, c->n, sizeof(*c->v), compare_changes);
}

struct changes *changes__between(struct profile *const *before, size_t nbefore,
				 struct profile *const *after, size_t nafter)
{
	struct moves moves = moves__between(before, nbefore, after, nafter);
	const struct moves none = {0};
	struct side a = side_of(before, nbefore, &moves), b = side_of(after, nafter, &none);
	uint32_t *of_a = no_matches(a.nfuncs), *of_b = no_matches(b.nfuncs);
	struct changes *c = xcalloc(1, sizeof(*c));

	match_same(&a, of_a, &b, of_b);
	match_moved(&a, of_a, &b, of_b);
	add_changes(c, &a, of_a, &b, of_b);
	fill(&c->total, &a, &a.total, &b, &b.total);
	c->single = nbefore == 1 && nafter == 1;
	c->blind = c->single && c->total.noise[FIGURE_OWN] <= 0;
	c->all = a.all;
	c->after = b.all;
	c->moves = moves;
	free(a.of);
	free(b.of);
	free(of_a);
	free(of_b);
	return c;
}

void changes__free(struct changes *c)
{
	if (!c)
		return;
	profile__free(c->all);
	profile__free(c->after);
	moves__free(&c->moves);
	free(c->v);
	free(c);
}

double change__of(const struct change *c, enum figure figure)
{
	double by = c->after[figure] - c->before[figure];

	return fabs(by) > c->noise[figure] ? by : 0;
}

bool change__is_real(const struct change *c)
{
	for (int k = 0; k < FIGURES; k++) {
		if (change__of(c, k) != 0)
			return true;
	}
	return c->is_new || c->is_gone;
}

double changes__small(const struct changes *all)
{
	return fmax(all->total.before[FIGURE_OWN], all->total.after[FIGURE_OWN]) / 1000;
}

bool change__is_small(const struct change *c, double small)
{
	return !c->is_new && !c->is_gone && change__of(c, FIGURE_CALLS) == 0 &&
	       fabs(change__of(c, FIGURE_OWN)) < small && fabs(change__of(c, FIGURE_CUM)) < small;
}
