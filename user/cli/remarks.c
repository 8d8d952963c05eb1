/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Remarks on reports that were written. */
#include "cli/remarks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/output.h"
#include "report/carries.h"
#include "report/footnote.h"
#include "report/order.h"

/* Of functions, that is: others say themselves that none of theirs is left. */
static bool has_rows(const struct report *r)
{
	return !r->raw && !r->binary && strncmp(r->name, "by-", 3) != 0;
}

/* pstats prints no rows without a word. */
static void tell_no_rows(const struct opts *o, const struct profile *p)
{
	const struct report_opts ro = {.restrictions = o->restrictions,
				       .nrestrictions = o->nrestrictions};
	struct profile *shown = output__shown(o, p);
	bool views = false;

	for (size_t i = 0; i < o->ntargets; i++)
		views |= has_rows(o->targets[i].report);
	if (!shown->nfuncs)
		info("--only, --exclude and --mine leave no function");
	else if (views && !selection__rows(shown, &ro))
		info("-n: no function matches; it looks in file:line(name), --only in "
		     "qualified names too");
	profile__free(shown);
}

static void tell_left_out(const struct report *r, const struct profile *p)
{
	char *what = r->carries ? profile__left_out(p, r->carries) : NULL;

	if (what)
		info("-f %s has no room for: %s", r->name, what);
	free(what);
	if (r->carries & CARRIES_EVENTS && p->events_gone)
		info("the timeline has the last %zu call%s; %" PRIu64 " ended before", p->nevents,
		     p->nevents == 1 ? "" : "s", p->events_gone);
}

/* Nothing is lost in silence, be it that no format which was asked for has room for that. */
static void tell_losses(const struct opts *o, const struct profile *p)
{
	bool has_room = true;

	for (size_t i = 0; i < o->ntargets; i++) {
		const unsigned int carries = o->targets[i].report->carries;

		has_room &= !carries || carries & CARRIES_LOSSES;
	}
	for (size_t i = 0; i < p->nlosses && !has_room; i++) {
		char *words = report__loss_words(&p->losses[i]);

		warn("lost: %" PRIu64 " %s", p->losses[i].count, words);
		free(words);
	}
}

/* What is to be read again is written whole. */
static void tell_whole(const struct opts *o, const struct target *t)
{
	const bool is_whole =
		t->report == report__by_name("json") || t->report == report__by_name("ndjson");
	char *names = is_whole && !o->stored ? opts__hiding(o, true) : NULL;

	if (names)
		info("%s has the whole profile; give %s to 'bpfprof report' as well",
		     t->path ? t->path : "stdout", names);
	free(names);
}

/* A file that cannot tell that it is a part is one to whoever compares it later. */
static void tell_part(const struct opts *o, const struct target *t)
{
	char *names = t->report == report__by_name("prof") ? opts__hiding(o, false) : NULL;

	if (names)
		info("%s is a part of the run, by %s: a .prof cannot say so, and --baseline would "
		     "take it for all",
		     t->path ? t->path : "stdout", names);
	free(names);
}

/* Blocks by track have no line for them; among them are parts of --track that nothing matched. */
static void tell_notes(const struct report *r, const struct profile *p)
{
	const bool untold = r == report__by_name("tracks");

	for (size_t i = 0; i < p->nnotes && untold; i++)
		info("note: %s", p->notes[i]);
}

/* Its table has then a head alone, as the package's. */
static void tell_no_blocks(const struct report *r, const struct profile *p)
{
	if (r == report__by_name("tracks") && !p->nblocks)
		info("there are no blocks: the program named none, and --track none that it "
		     "called");
}

void remarks__print(const struct opts *o, const struct profile *p)
{
	if (p->nfuncs && (o->nrestrictions || o->nonly || o->nexcept || o->mine))
		tell_no_rows(o, p);
	tell_losses(o, p);
	for (size_t i = 0; i < o->ntargets; i++) {
		tell_left_out(o->targets[i].report, p);
		tell_whole(o, &o->targets[i]);
		tell_part(o, &o->targets[i]);
		tell_notes(o->targets[i].report, p);
		tell_no_blocks(o->targets[i].report, p);
	}
}
