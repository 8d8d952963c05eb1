/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Prints stored profiles again, several of them added up. Needs no rights. */
#include "base/log.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "model/bias.h"
#include "model/clock.h"
#include "model/profile.h"
#include "report/load.h"

/* Takes the bias off for good. */
static void settle(struct profile *p)
{
	profile__correct(p);
	p->target.bias = (struct prof_bias){0};
}

/* Adds p to all, and frees it. Of different constants each is corrected first. */
static void add(struct profile *all, struct profile *p)
{
	if (!prof_bias__same(&all->target.bias, &p->target.bias)) {
		settle(all);
		settle(p);
	}
	profile__merge(all, p);
	profile__free(p);
}

/* The first clock of -c that p knows nothing of; NULL: none. */
static const struct prof_clock *unknown_clock(const struct opts *o, const struct profile *p)
{
	for (size_t i = 0; i < o->nclocks && p->target.only_wall; i++) {
		if (o->clocks[i] != prof_clocks)
			return o->clocks[i];
	}
	return NULL;
}

static int print(const struct opts *o, const struct profile *p)
{
	const struct prof_clock *clock = unknown_clock(o, p);
	struct output out;
	int status;

	if (clock) {
		err("-c %s: a .prof has no such times, only those of the wall; leave -c out",
		    clock->name);
		return STATUS_FAILED;
	}
	status = output__open(&out, o) || output__write(&out, p) ? STATUS_FAILED : STATUS_DONE;
	output__close(&out);
	return status;
}

int cmd_report(struct opts *o)
{
	struct profile *all = NULL;
	int status;

	if (!o->nargs) {
		err("report: give at least one file; see 'bpfprof report --help'");
		return STATUS_USAGE;
	}
	for (int i = 0; i < o->nargs; i++) {
		struct profile *p = profile__load(o->args[i]);

		if (!p) {
			profile__free(all);
			return STATUS_FAILED;
		}
		if (all)
			add(all, p);
		else
			all = p;
	}
	status = print(o, all);
	profile__free(all);
	return status;
}
