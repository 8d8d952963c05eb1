/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a command is run to. */
#include "backend/launch.h"

#include "blocks/markers.h"
#include "cpython/interp.h"
#include "process/spawn.h"

struct wanted {
	struct interp *in;
	bool markers;	      /* they do where there is no Python */
	struct markers files; /* seen so far in this program */
};

static bool is_reached(void *of, pid_t pid, bool execed)
{
	struct wanted *w = of;
	const char *why;

	if (execed)
		markers__free(&w->files);
	if (!interp__of_pid(w->in, pid, &why))
		return true;
	if (!w->markers || markers__look(&w->files, pid) < 0 || !w->files.n || interp__is_due(pid))
		return false;
	interp__none(w->in, pid);
	return true;
}

int launch__start(struct spawn *sp, char *const argv[], struct interp *in, bool markers)
{
	struct wanted w = {.in = in, .markers = markers};
	const struct spawn_goal goal = {
		.is_reached = is_reached,
		.of = &w,
		.never = "it ended without ever becoming a Python interpreter or having markers; "
			 "give the python command itself, or have 'bpfprof --children' follow what "
			 "it starts",
	};
	int error = spawn__start(sp, argv, &goal);

	markers__free(&w.files);
	return error;
}

static bool is_any(void *of, pid_t pid, bool execed)
{
	(void)of;
	(void)pid;
	return execed;
}

int launch__start_any(struct spawn *sp, char *const argv[])
{
	const struct spawn_goal goal = {.is_reached = is_any,
					.never = "it ended too soon; try again"};

	return spawn__start(sp, argv, &goal);
}
