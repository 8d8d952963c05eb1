/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which functions are shown. Pure. */
#include "report/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/fold.h"
#include "report/alike.h"
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

/* C functions that the program's own code calls, by index; to be freed. */
static bool *called_by_mine(const struct profile *p)
{
	bool *called = xcalloc(p->nfuncs, sizeof(*called));

	for (size_t i = 0; i < p->nedges; i++) {
		const struct prof_edge *e = &p->edges[i];

		if (origin__is_c(&p->funcs[e->callee]) && origin__is_mine(p, &p->funcs[e->caller]))
			called[e->callee] = true;
	}
	return called;
}

static bool is_hidden(const struct filter *f, const struct prof_func *func, const char *label)
{
	if (f->no_builtins && origin__is_c(func))
		return true;
	if (f->nonly && !found_by(f->only, f->nonly, func, label))
		return true;
	return found_by(f->except, f->nexcept, func, label);
}

static bool *hidden_by(const struct filter *f, const struct profile *p)
{
	char **labels = labels__of(p);
	bool *hidden = xcalloc(p->nfuncs, sizeof(*hidden)), *called = called_by_mine(p);

	for (size_t i = 0; i < p->nfuncs; i++)
		hidden[i] = (f->mine && !called[i] && !origin__is_mine(p, &p->funcs[i])) ||
			    is_hidden(f, &p->funcs[i], labels[i]);
	labels__free(labels, p);
	free(called);
	return hidden;
}

struct profile *profile__filtered(const struct profile *p, const struct filter *f)
{
	struct profile *to;
	bool *hidden;

	if (!f->nonly && !f->nexcept && !f->mine && !f->no_builtins)
		return NULL;
	hidden = hidden_by(f, p);
	to = profile__without(p, hidden, f->fold ? PROF_FOLD : PROF_HIDE);
	to->had_c = alike__has_c(p);
	free(hidden);
	return to;
}

struct profile *profile__without_c(const struct profile *p)
{
	bool *hidden = xcalloc(p->nfuncs, sizeof(*hidden));
	struct profile *to;

	for (size_t i = 0; i < p->nfuncs; i++)
		hidden[i] = origin__is_c(&p->funcs[i]);
	to = profile__without(p, hidden, PROF_FOLD_AWAY);
	free(hidden);
	return to;
}
