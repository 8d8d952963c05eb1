/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The backend of programs that have nothing but markers: the session alone, where blocks are seen.
 */
#include "base/log.h"
#include "base/mem.h"
#include "backend/capture.h"
#include "blocks/markers.h"
#include "cpython/interp.h"
#include "probe/session.h"

static char *refusal(const struct interp *in)
{
	if (interp__is_python(in) || markers__are_in(in->pid))
		return NULL;
	return xasprintf("it is not a Python interpreter and has no markers; build it with "
			 "bpfprof.h, or give the process that has");
}

static int set_up(const struct interp *in, struct session_setup *setup)
{
	(void)in;
	if (!setup->limits.coroutines)
		return 0;
	return err("cannot time coroutines: backend markers sees blocks alone; leave out "
		   "--coroutines or --backend");
}

static int place_none(struct placement *at)
{
	const struct session_target target = {.pid = at->in->pid,
					      .pidfd = at->in->pidfd,
					      .launched = at->launched,
					      .follows = at->holder.of};

	return session__attach(at->session, &target, NULL, NULL, 0);
}

const struct backend backend_markers = {
	.name = "markers",
	.refusal = refusal,
	.reason = "blocks that the program names by bpfprof.h",
	.set_up = set_up,
	.steps = {.place = place_none},
};
