/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which rows have series of their own, and what the others have done meanwhile. */
#include "live/serve_series.h"

#include <stdlib.h>

#include "base/mem.h"

/* Corrections change from one reading to the next: a counter waits until it is past what it was. */
static struct prof_stat advance(struct prof_stat *st, const struct prof_stat *now)
{
	struct prof_stat more = *now;

	prof_stat__less(&more, st);
	prof_stat__add(st, &more);
	return more;
}

static struct prof_ios advance_io(struct profile *keys, size_t at, const struct profile *p,
				  size_t i)
{
	const struct prof_ios before = *profile__io(keys, PROF_FUNCS, at);
	struct prof_ios more;

	profile__raise_io(keys, PROF_FUNCS, at, p, i);
	more = *profile__io(keys, PROF_FUNCS, at);
	for (size_t k = 0; k < 2 * PROF_IO_FIGURES; k++)
		PROF_IO_FIGURE(&more, k) -= PROF_IO_FIGURE(&before, k);
	return more;
}

struct ranked {
	uint32_t at;
	int64_t own_ns;
};

static int by_own(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->own_ns != y->own_ns)
		return x->own_ns < y->own_ns ? 1 : -1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void choose(struct serve_series *s)
{
	size_t n = s->keys->nfuncs, kept = 0;
	struct ranked *v = xcalloc(n, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct ranked){i, s->keys->funcs[i].stat.tottime_ns};
	qsort(v, n, sizeof(*v), by_own);
	for (size_t i = 2 * SERVE_SERIES; i < n; i++)
		s->shown[v[i].at] = false;
	for (size_t i = 0; i < n; i++)
		kept += s->shown[v[i].at];
	for (size_t i = 0; i < n && kept < SERVE_SERIES; i++) {
		kept += !s->shown[v[i].at];
		s->shown[v[i].at] = true;
	}
	free(v);
}

void serve_series__feed(struct serve_series *s, const struct profile *p)
{
	uint32_t *at = xcalloc(p->nfuncs, sizeof(*at));
	struct prof_stat *more = xcalloc(p->nfuncs, sizeof(*more));
	struct prof_ios *more_io = xcalloc(p->nfuncs, sizeof(*more_io));

	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_func *f = &p->funcs[i];

		at[i] = profile__func(s->keys, f->file, f->line, f->name, f->qualname);
		if (at[i] == s->nshown)
			*ARR_PUSH(s->shown, s->nshown) = false;
		more[i] = advance(&s->keys->funcs[at[i]].stat, &f->stat);
		more_io[i] = advance_io(s->keys, at[i], p, i);
	}
	choose(s);
	for (size_t i = 0; i < p->nfuncs; i++) {
		if (s->shown[at[i]])
			continue;
		prof_stat__add(&s->others, &more[i]);
		prof_ios__add(&s->others_io, &more_io[i]);
	}
	free(at);
	free(more);
	free(more_io);
}

void serve_series__free(struct serve_series *s)
{
	profile__free(s->keys);
	free(s->shown);
}
