/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The live screen: a measurement whose readings are drawn. */
#include "live/top.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/measure.h"
#include "cli/output.h"

#define INTERVAL_S 1.0

/* A report, as -o would write it. */
static int write_report(const struct opts *o, const char *path, const struct profile *p)
{
	struct target target = {.path = path};
	struct opts to = *o;
	struct output out;
	int status;

	to.targets = &target;
	to.ntargets = 1;
	if (opts__resolve(&to))
		return -1;
	status = output__open(&out, &to) ? -1 : output__write(&out, p);
	output__close(&out);
	return status;
}

static char *save(void *arg, const struct profile *p, const char *path)
{
	char *why = NULL, **before = log__hold(&why);
	int status = write_report(arg, path, p);

	log__hold(before);
	if (!status)
		return xasprintf("Written: %s", path);
	return why ? why : xasprintf("cannot write %s", path);
}

static void close_screen(void *arg)
{
	top__end(arg);
}

int cmd_top(struct opts *o)
{
	struct measure m = {.o = o,
			    .interval = o->interval > 0 ? o->interval : INTERVAL_S,
			    .screen = true,
			    .close = close_screen};
	const struct top_plan plan = {output__shown, save, o, &m.ended_by};
	struct top *t;

	if (!measure__is_asked(o))
		return STATUS_USAGE;
	o->limits.by_thread = true;
	t = top__begin(&plan);
	if (!t)
		return STATUS_FAILED;
	log_set_level(1, 0);
	m.sink = top__sink(t);
	m.arg = t;
	return measure__run(&m);
}
