/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Prints stored profiles again, several of them added up. Needs no rights. */
#include "base/log.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "model/profile.h"
#include "report/profile_json.h"

int cmd_report(struct opts *o)
{
	struct profile *all = NULL;
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
		if (!all) {
			all = p;
			continue;
		}
		profile__merge(all, p);
		profile__free(p);
	}
	status = output__check(o) || output__write(o, all) ? STATUS_FAILED : STATUS_DONE;
	profile__free(all);
	return status;
}
