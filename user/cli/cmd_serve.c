/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Serving: a measurement whose readings are asked for over HTTP. */
#include "cli/measure.h"
#include "cli/output.h"
#include "live/serve.h"

#define ADDRESS	   "127.0.0.1:9123"
#define INTERVAL_S 5.0

static void stop_serving(void *arg)
{
	serve__end(arg);
}

static void say_where(void *arg)
{
	serve__announce(arg);
}

int cmd_serve(struct opts *o)
{
	struct serve_plan plan = {.render = output__render, .shown = output__shown, .arg = o};
	struct measure m = {.o = o,
			    .interval = o->interval > 0 ? o->interval : INTERVAL_S,
			    .progress = true,
			    .begun = say_where,
			    .close = stop_serving};
	struct serve *s;

	if (!measure__is_asked(o) ||
	    serve_guard__read(&plan.guard, o->listen ? o->listen : ADDRESS, o->token_file))
		return STATUS_USAGE;
	s = serve__begin(&plan);
	if (!s)
		return STATUS_FAILED;
	m.sink = serve__sink(s);
	m.arg = s;
	return measure__run(&m);
}
