/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is a row in one profile, and in its callers' rows in another. */
#include "report/alike.h"

#include <string.h>

#include "base/log.h"
#include "model/fold.h"
#include "report/filter.h"
#include "report/origin.h"

/* Which callables of C have rows. */
enum depth { DEPTH_NONE, DEPTH_FUNCTIONS, DEPTH_ALL };

static enum depth depth_of(const struct profile *p)
{
	enum depth depth = p->had_c ? DEPTH_FUNCTIONS : DEPTH_NONE;

	for (size_t i = 0; i < p->nfuncs && depth < DEPTH_ALL; i++) {
		const struct prof_func *f = &p->funcs[i];

		if (origin__is_c(f))
			depth = strncmp(f->name, "<class '", strlen("<class '")) ? DEPTH_FUNCTIONS
										 : DEPTH_ALL;
	}
	return depth;
}

bool alike__has_c(const struct profile *p)
{
	return depth_of(p) > DEPTH_NONE;
}

static bool is_folded(const struct profile *p)
{
	for (size_t i = 0; i < p->nfuncs; i++) {
		if (!strcmp(p->funcs[i].name, PROF_HIDDEN))
			return true;
	}
	return false;
}

/* The first that is not what the first one of all is; NULL: all are the same. */
static const char *other(const struct alike_files *files, bool (*is)(const struct profile *p))
{
	for (size_t i = 1; i < files->n; i++) {
		if (is(files->v[i]) != is(files->v[0]))
			return files->names[i];
	}
	return NULL;
}

static const char *first_part(const struct alike_files *files, bool with_c)
{
	for (size_t i = 0; i < files->n; i++) {
		if (files->v[i]->is_part && (!with_c || files->v[i]->had_c))
			return files->names[i];
	}
	return NULL;
}

static bool depths_differ(const struct alike_files *files)
{
	for (size_t i = 1; i < files->n; i++) {
		if (depth_of(files->v[i]) != depth_of(files->v[0]))
			return true;
	}
	return false;
}

struct profile *alike__make(const struct alike *by, struct profile *p)
{
	struct profile *to;

	if (by->common_only)
		profile__add_note(p, "some of the runs compared are parts of runs: what only one "
				     "side has may have been left out of the other");
	if (!by->fold_c)
		return p;
	to = profile__without_c(p);
	profile__add_note(to, "C functions are not shown, and their time is that of their callers, "
			      "for not all of the runs compared counted them");
	profile__free(p);
	return to;
}

int alike__of(struct alike *to, const struct alike_files *files, bool folds)
{
	const char *folded = folds ? NULL : other(files, is_folded);
	const char *part = first_part(files, false);

	*to = (struct alike){.fold_c = depths_differ(files), .common_only = part != NULL};
	if (folded)
		return err("%s and %s cannot be compared: own times of one have those of functions "
			   "that --fold hid; give profiles of whole runs",
			   files->names[0], folded);
	if (to->fold_c && first_part(files, true))
		return err("%s cannot be compared with runs that counted no C functions: some were "
			   "left out of it; give the profile of its whole run",
			   first_part(files, true));
	if (to->fold_c)
		warn("C functions were counted in some of these runs and not, or not all, in "
		     "others: compared without them, their time in that of their callers");
	if (part)
		warn("%s is a part of a run: compared is what both sides have, for the rest may "
		     "only have been left out",
		     part);
	return 0;
}
