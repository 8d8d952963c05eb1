/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the rows of a table are called. Pure. */
#include "report/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "report/order.h"

static char *label(const struct prof_func *f, const char *name)
{
	size_t n = strlen(name);
	bool angle = n > 1 && name[0] == '<' && name[n - 1] == '>';
	char *plain, *out;

	if (strcmp(f->file, "~") || f->line)
		plain = xasprintf("%s:%u(%s)", f->file, f->line, name);
	else
		plain = angle ? xasprintf("{%.*s}", (int)n - 2, name + 1) : xstrdup(name);
	out = escaped(plain, ESCAPE_TERMINAL);
	free(plain);
	return out;
}

static int compare_names(const void *x, const void *y)
{
	const struct prof_func *a = *(const struct prof_func *const *)x;
	const struct prof_func *b = *(const struct prof_func *const *)y;
	int c = strcmp(a->name, b->name);

	return c ? c : strcmp(a->file, b->file);
}

/* Per function, whether another of the same file has its name. */
static bool *namesakes(const struct profile *p)
{
	const struct prof_func **sorted = xcalloc(p->nfuncs, sizeof(*sorted));
	bool *is = xcalloc(p->nfuncs, sizeof(*is));

	for (size_t i = 0; i < p->nfuncs; i++)
		sorted[i] = &p->funcs[i];
	qsort(sorted, p->nfuncs, sizeof(*sorted), compare_names);
	for (size_t i = 1; i < p->nfuncs; i++) {
		if (!compare_names(&sorted[i - 1], &sorted[i]))
			is[sorted[i - 1] - p->funcs] = is[sorted[i] - p->funcs] = true;
	}
	free(sorted);
	return is;
}

char **labels__of(const struct profile *p)
{
	char **labels = xcalloc(p->nfuncs, sizeof(*labels));
	bool *ambiguous = namesakes(p);

	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_func *f = &p->funcs[i];

		labels[i] = label(f, ambiguous[i] && f->qualname ? f->qualname : f->name);
	}
	free(ambiguous);
	return labels;
}

void labels__free(char **labels, const struct profile *p)
{
	for (size_t i = 0; labels && i < p->nfuncs; i++)
		free(labels[i]);
	free(labels);
}
