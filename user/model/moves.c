/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files of two sides that differ by a directory. */
#include "model/moves.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Files of one side that the other has not, sorted by name and then by path. */
struct files {
	const char **v;
	size_t n;
};

#define NAMESAKES 256
#define MOVES	  16

/* Two files that may be one: how many bytes of each path are the directory that moved. */
struct vote {
	const char *a, *b;
	size_t na, nb;
};

struct votes {
	struct vote *v;
	size_t n;
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A relative one is below the directory that is not named: cProfile's are, of the script. */
static bool is_path(const char *file)
{
	size_t n = strlen(file);

	return *file == '/' || (n > 3 && *file != '<' && !strcmp(file + n - 3, ".py"));
}

static int compare_paths(const void *x, const void *y)
{
	const char *a = *(const char *const *)x, *b = *(const char *const *)y;
	int c = strcmp(name_of(a), name_of(b));

	return c ? c : strcmp(a, b);
}

static struct files files_of(struct profile *const *runs, size_t nruns)
{
	struct files f = {0};
	size_t n = 0;

	for (size_t r = 0; r < nruns; r++) {
		for (size_t i = 0; i < runs[r]->nfuncs; i++) {
			if (is_path(runs[r]->funcs[i].file))
				*ARR_PUSH(f.v, f.n) = runs[r]->funcs[i].file;
		}
	}
	if (f.n)
		qsort(f.v, f.n, sizeof(*f.v), compare_paths);
	for (size_t i = 0; i < f.n; i++) {
		if (!n || strcmp(f.v[n - 1], f.v[i]) != 0)
			f.v[n++] = f.v[i];
	}
	f.n = n;
	return f;
}

/* Leaves to each what the other has not. */
static void drop_common(struct files *a, struct files *b)
{
	size_t i = 0, k = 0, na = 0, nb = 0;

	while (i < a->n || k < b->n) {
		int c = i == a->n ? 1 : k == b->n ? -1 : compare_paths(&a->v[i], &b->v[k]);

		if (c < 0)
			a->v[na++] = a->v[i];
		else if (c > 0)
			b->v[nb++] = b->v[k];
		i += c <= 0;
		k += c >= 0;
	}
	a->n = na;
	b->n = nb;
}

static bool has(const char *const *v, size_t n, const char *path)
{
	return n && bsearch(&path, v, n, sizeof(*v), compare_paths);
}

/* Without its last n bytes a path is a directory, or is relative and nothing is left. */
static bool is_directory(const char *path, size_t length, size_t n)
{
	return n == length ? *path != '/' : path[length - 1 - n] == '/';
}

static struct vote vote_of(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b), same = 0, whole = 0;

	while (same < na && same < nb && a[na - 1 - same] == b[nb - 1 - same]) {
		same++;
		if (is_directory(a, na, same) && is_directory(b, nb, same))
			whole = same;
	}
	return (struct vote){a, b, na - whole, nb - whole};
}

/* One past the last file of the name that the one at i has. */
static size_t namesakes(const struct files *f, size_t i)
{
	size_t end = i;

	while (end < f->n && !strcmp(name_of(f->v[end]), name_of(f->v[i])))
		end++;
	return end;
}

static struct votes votes_of(const struct files *a, const struct files *b)
{
	struct votes votes = {0};
	size_t i = 0, k = 0;

	while (i < a->n && k < b->n) {
		int c = strcmp(name_of(a->v[i]), name_of(b->v[k]));
		size_t i_end = c <= 0 ? namesakes(a, i) : i, k_end = c >= 0 ? namesakes(b, k) : k;
		bool few = i_end - i <= NAMESAKES && k_end - k <= NAMESAKES;

		for (size_t p = i; !c && few && p < i_end; p++) {
			for (size_t q = k; q < k_end; q++)
				*ARR_PUSH(votes.v, votes.n) = vote_of(a->v[p], b->v[q]);
		}
		i = i_end;
		k = k_end;
	}
	return votes;
}

static int compare_bytes(const char *a, size_t na, const char *b, size_t nb)
{
	int c = memcmp(a, b, na < nb ? na : nb);

	return c ? c : (na > nb) - (na < nb);
}

static int compare_votes(const void *x, const void *y)
{
	const struct vote *v = x, *w = y;
	int c = compare_bytes(v->a, v->na, w->a, w->na);

	return c ? c : compare_bytes(v->b, v->nb, w->b, w->nb);
}

/* The pair of directories with most votes, of equals that nearest to the root: more of the paths is
 * the same. */
static const struct vote *winner(struct votes *votes)
{
	const struct vote *best = NULL;
	size_t most = 0, end;

	if (votes->n)
		qsort(votes->v, votes->n, sizeof(*votes->v), compare_votes);
	for (size_t i = 0; i < votes->n; i = end) {
		const struct vote *v = &votes->v[i];

		for (end = i + 1; end < votes->n && !compare_votes(v, &votes->v[end]); end++)
			;
		if (end - i > most || (end - i == most && v->na + v->nb < best->na + best->nb)) {
			most = end - i;
			best = v;
		}
	}
	return best;
}

/* file below the other directory; NULL: it is not below from. */
static char *moved(const struct move *m, const char *file)
{
	size_t n = strlen(m->from);

	return strncmp(file, m->from, n) || (!n && *file == '/')
		       ? NULL
		       : xasprintf("%s%s", m->to, file + n);
}

/* Takes the files that m explains from both sides. */
static void drop_moved(const struct move *m, struct files *a, struct files *b)
{
	const struct move back = {m->to, m->from};
	const struct files was = {a->v, a->n};
	size_t na = 0, nb = 0;
	bool *gone = xcalloc(a->n + 1, sizeof(*gone));

	for (size_t i = 0; i < a->n; i++) {
		char *to = moved(m, a->v[i]);

		gone[i] = to && has(b->v, b->n, to);
		free(to);
	}
	for (size_t k = 0; k < b->n; k++) {
		char *from = moved(&back, b->v[k]);

		if (!from || !has(was.v, was.n, from))
			b->v[nb++] = b->v[k];
		free(from);
	}
	for (size_t i = 0; i < was.n; i++) {
		if (!gone[i])
			a->v[na++] = a->v[i];
	}
	a->n = na;
	b->n = nb;
	free(gone);
}

static struct paths kept(const struct files *f)
{
	struct paths to = {xcalloc(f->n + 1, sizeof(*to.v)), f->n};

	for (size_t i = 0; i < f->n; i++)
		to.v[i] = xstrdup(f->v[i]);
	return to;
}

static void drop(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i]);
	free(p->v);
}

/* What explains most of the files that are left. False: nothing does. */
static bool add_move(struct moves *moves, struct files *a, struct files *b)
{
	struct votes votes = votes_of(a, b);
	const struct vote *best = winner(&votes);

	if (best) {
		struct move *m = ARR_PUSH(moves->v, moves->n);

		m->from = xasprintf("%.*s", (int)best->na, best->a);
		m->to = xasprintf("%.*s", (int)best->nb, best->b);
		drop_moved(m, a, b);
	}
	free(votes.v);
	return best;
}

struct moves moves__between(struct profile *const *before, size_t nbefore,
			    struct profile *const *after, size_t nafter)
{
	struct files a = files_of(before, nbefore), b = files_of(after, nafter);
	struct moves moves = {0};

	drop_common(&a, &b);
	moves.before = kept(&a);
	moves.after = kept(&b);
	while (moves.n < MOVES && add_move(&moves, &a, &b))
		;
	free(a.v);
	free(b.v);
	return moves;
}

void moves__free(struct moves *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].from);
		free(m->v[i].to);
	}
	free(m->v);
	drop(&m->before);
	drop(&m->after);
}

static bool has_path(const struct paths *p, const char *path)
{
	return has((const char *const *)p->v, p->n, path);
}

char *moves__apply(const void *moves, const char *file)
{
	const struct moves *m = moves;
	char *to = NULL, *likely = NULL;

	for (size_t i = 0; has_path(&m->before, file) && i < m->n && !to; i++) {
		char *at = moved(&m->v[i], file);

		if (at && has_path(&m->after, at))
			to = at;
		else if (at && !likely)
			likely = at;
		else
			free(at);
	}
	if (!to && !likely)
		return xstrdup(file);
	if (to)
		free(likely);
	return to ? to : likely;
}
