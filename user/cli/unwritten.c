/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The words for it. */
#include "cli/unwritten.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "report/footnote.h"

static int explain_nothing(const struct opts *o, const struct report *r, const struct profile *p)
{
	char *options = r->needs->is_met && r->needs->is_met(p) ? opts__hiding(o, false) : NULL;

	if (options)
		err("cannot write -f %s: nothing is left of the %s; print it without %s", r->name,
		    r->needs->what, options);
	else
		err("cannot write -f %s: the profile has no %s%s; -f json has what was counted",
		    r->name, r->needs->what, r->needs->how);
	free(options);
	return -1;
}

bool unwritten__spares(const struct dest *d, const struct profile *p)
{
	if (report__sum(p).ncalls || p->nblocks || p->nlosses || !dest__is_taken(d))
		return false;
	err("%s is kept as it was: a signal ended the program before it called anything; measure "
	    "again",
	    d->path);
	return true;
}

int unwritten__explain(const struct opts *o, const struct target *t, const struct profile *p,
		       int error)
{
	const char *name = t->path ? t->path : "the report";

	if (error == -ENODATA)
		return explain_nothing(o, t->report, p);
	if (error == -ECANCELED)
		return err("cannot write %s: its reader takes nothing", name);
	if (error == -ENOENT)
		return err("cannot write %s: its directory is gone; choose another file with -o",
			   name);
	return err("cannot write %s: %s; free some space or choose another file with -o", name,
		   strerror(-error));
}
