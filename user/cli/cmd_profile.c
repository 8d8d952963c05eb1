/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Profiling itself: measure, then report. */
#include "cli/group.h"
#include "cli/measure.h"
#include "cli/output.h"
#include "cli/rotate.h"

static void close_output(void *arg)
{
	output__close(arg);
}

static int run_whole(struct opts *o)
{
	struct output out;
	struct measure m = {.o = o,
			    .sink = {output__sink, &out},
			    .interval = o->interval,
			    .progress = true,
			    .close = close_output,
			    .arg = &out};

	if (output__open(&out, o)) {
		output__close(&out);
		return STATUS_FAILED;
	}
	if (o->nargs)
		out.ended_by = &m.ended_by;
	out.redraw = group__is_asked(o) && o->interval > 0 && output__is_terminal(&out);
	m.silent = out.redraw;
	return measure__run(&m);
}

static void close_rotate(void *arg)
{
	rotate__close(arg);
}

static int run_rotated(struct opts *o)
{
	struct rotate r;
	struct measure m = {.o = o,
			    .sink = {rotate__sink, &r},
			    .interval = o->rotate,
			    .progress = true,
			    .close = close_rotate,
			    .arg = &r};

	return rotate__open(&r, o) ? STATUS_FAILED : measure__run(&m);
}

int cmd_profile(struct opts *o)
{
	if (!measure__is_asked(o))
		return STATUS_USAGE;
	return o->rotate > 0 ? run_rotated(o) : run_whole(o);
}
