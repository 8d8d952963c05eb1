/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Profiling itself: measure, then report. */
#include "base/progress.h"
#include "cli/measure.h"
#include "cli/output.h"

static void close_output(void *arg)
{
	output__close(arg);
}

int cmd_profile(struct opts *o)
{
	struct output out;
	struct measure m = {.o = o,
			    .sink = {output__sink, &out},
			    .interval = o->interval,
			    .close = close_output,
			    .arg = &out};
	int status;

	if (!measure__is_asked(o))
		return STATUS_USAGE;
	if (output__open(&out, o))
		return STATUS_FAILED;
	out.redraw = o->pid && o->interval > 0 && output__is_seen(&out);
	m.silent = out.redraw;
	if (!o->quiet)
		progress__start();
	status = measure__run(&m);
	output__close(&out);
	return status;
}
