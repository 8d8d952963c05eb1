/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Prints stored profiles again, several of them added up. Needs no rights. */
#include "base/log.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "model/bias.h"
#include "model/profile.h"
#include "report/profile_json.h"

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

int cmd_report(struct opts *o)
{
	struct profile *all = NULL;
	struct output out;
	int status;

	if (!o->nargs) {
		err("report: give at least one file; see 'bpfprof report --help'");
		return STATUS_USAGE;
	}
	for (int i = 0; i < o->nargs; i++) {
		struct profile *p = profile_json__load(o->args[i]);

		if (!p) {
			profile__free(all);
			return STATUS_FAILED;
		}
		if (all)
			add(all, p);
		else
			all = p;
	}
	status = output__open(&out, o) || output__write(&out, all) ? STATUS_FAILED : STATUS_DONE;
	output__close(&out);
	profile__free(all);
	return status;
}
