/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Counts, fractions and regular expressions, as pstats has them. */
#include "report/limit.h"

#define AROUND 8 /* lines of a terminal that are no rows */

static size_t matching(const struct restriction *r, uint32_t *rows, size_t n, char *const *labels)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (restriction__finds(r, labels[rows[i]]))
			rows[kept++] = rows[i];
	}
	return kept;
}

static size_t at_most(const struct restriction *r, size_t n)
{
	size_t most = r->kind == RESTRICT_COUNT ? r->count : (size_t)((double)n * r->fraction + .5);

	return most < n ? most : n;
}

size_t limit__rows(const struct report_opts *opts, uint32_t *rows, size_t n, char *const *labels,
		   size_t *cut)
{
	const size_t room = opts->screen.lines > AROUND ? opts->screen.lines - AROUND : SIZE_MAX;
	const struct restriction fit = {.kind = RESTRICT_COUNT, .count = room};
	const struct restriction *all = opts->nrestrictions ? opts->restrictions : &fit;
	const size_t nall = opts->nrestrictions ? opts->nrestrictions : 1;

	*cut = 0;
	for (size_t i = 0; i < nall; i++) {
		size_t left = all[i].kind == RESTRICT_REGEX ? matching(&all[i], rows, n, labels)
							    : at_most(&all[i], n);

		*cut += all[i].kind == RESTRICT_REGEX ? 0 : n - left;
		n = left;
	}
	return n;
}
