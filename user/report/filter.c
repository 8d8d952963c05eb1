/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which functions are shown. Pure. */
#include "report/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/fold.h"
#include "report/labels.h"
#include "report/order.h"
#include "report/origin.h"

static bool found_by(const struct restriction *r, size_t n, const struct prof_func *f,
		     const char *label)
{
	for (size_t i = 0; i < n; i++) {
		if (restriction__finds(&r[i], label) ||
		    (f->qualname && restriction__finds(&r[i], f->qualname)))
			return true;
	}
	return false;
}

static bool is_hidden(const struct filter *f, const struct profile *p, const struct prof_func *func,
		      const char *label)
{
	if (f->mine && !origin__is_mine(p, func))
		return true;
	if (f->no_builtins && origin__is_c(func))
		return true;
	if (f->nonly && !found_by(f->only, f->nonly, func, label))
		return true;
	return found_by(f->except, f->nexcept, func, label);
}

struct profile *profile__filtered(const struct profile *p, const struct filter *f)
{
	char **labels;
	bool *hidden;
	struct profile *to;

	if (!f->nonly && !f->nexcept && !f->mine && !f->no_builtins)
		return NULL;
	labels = labels__of(p);
	hidden = xcalloc(p->nfuncs, sizeof(*hidden));
	for (size_t i = 0; i < p->nfuncs; i++)
		hidden[i] = is_hidden(f, p, &p->funcs[i], labels[i]);
	to = profile__without(p, hidden, f->fold);
	labels__free(labels, p);
	free(hidden);
	return to;
}
