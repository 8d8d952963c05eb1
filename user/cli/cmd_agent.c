/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The agent: a measurement of one process after another, as the options want it. */
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/measure.h"
#include "cli/output.h"
#include "live/serve_guard.h"
#include "probe/system.h"

#define EVERY_S	  60.0
#define WINDOW_S  10.0
#define TIMEOUT_S 30.0
#define LOOK_S	  10.0 /* at most, between two looks who is there */
#define AT_ONCE	  4
#define SPOOL	  "/var/spool/bpfprof"
#define SPOOL_MIB 256

static int profile(void *arg, pid_t pid, const struct sink *sink)
{
	struct opts o = *(struct opts *)arg;
	unsigned int pids[] = {(unsigned int)pid};
	struct measure m = {.o = &o, .sink = *sink};

	o.pid = pids[0];
	o.pids = pids;
	o.npids = 1;
	o.cgroup = o.container = NULL;
	o.duration = o.window;
	o.interval = 0;
	log_set_level(true, o.verbose);
	mem__expect_much();
	return measure__run(&m) == STATUS_DONE ? 0 : -1;
}

static void set_defaults(struct opts *o)
{
	o->every = o->every > 0 ? o->every : EVERY_S;
	o->window = o->window > 0 ? o->window : WINDOW_S;
	o->timeout = o->timeout > 0 ? o->timeout : TIMEOUT_S;
	o->at_once = o->at_once ? o->at_once : AT_ONCE;
	o->spool = o->spool ? o->spool : SPOOL;
	o->spool_max = o->spool_max ? o->spool_max : SPOOL_MIB;
}

static int check(const struct opts *o)
{
	if (!o->all && !o->match && !o->cgroup && !o->container)
		return err("give --all, --match REGEX, --cgroup PATH or --container NAME; see "
			   "'bpfprof agent --help'");
	if (o->all && (o->match || o->cgroup || o->container))
		return err("--all: every Python process is picked; leave it out, or the others");
	if (o->cgroup && o->container)
		return err("--container: --cgroup names processes already; give one of them");
	if (!o->push)
		return err("give --push URL; see 'bpfprof agent --help'");
	if (o->window > o->every)
		return err("--for %g: longer than --every %g; give a shorter time", o->window,
			   o->every);
	return 0;
}

static struct agent_plan plan_of(struct opts *o)
{
	return (struct agent_plan){
		.picks = {.match = o->match,
			  .cgroup = o->cgroup,
			  .container = o->container,
			  .look_ns = (uint64_t)((o->every < LOOK_S ? o->every : LOOK_S) * 1e9)},
		.push = {.url = o->push,
			 .headers = o->headers,
			 .nheaders = o->nheaders,
			 .ca_file = o->ca_file,
			 .timeout = o->timeout},
		.every = o->every,
		.window = o->window,
		.at_once = o->at_once,
		.service = o->service,
		.spool = o->spool,
		.spool_bytes = (uint64_t)o->spool_max << 20,
		.profile = profile,
		.render = output__render,
		.shown = output__shown,
		.arg = o};
}

static void set_labels(struct label_set *set, const struct opts *o)
{
	for (size_t i = 0; i < o->nlabels; i++) {
		char *name = xstrdup(o->labels[i]), *value = strchr(name, '=');

		*value = '\0';
		label_set__put(set, name, value + 1);
		free(name);
	}
}

int cmd_agent(struct opts *o)
{
	struct agent_plan plan;
	int status = STATUS_FAILED;

	set_defaults(o);
	if (check(o))
		return STATUS_USAGE;
	plan = plan_of(o);
	plan.push.protocol = protocol__of(o->push);
	if (!plan.push.protocol ||
	    (o->token_file && !(plan.push.token = token__read(o->token_file))))
		return STATUS_USAGE;
	plan.push.shown = url__shown(o->push);
	set_labels(&plan.labels, o);
	if (!system__require() && !session__fits(&o->limits) && !agent__run(&plan))
		status = STATUS_DONE;
	label_set__free(&plan.labels);
	free(plan.push.token);
	free(plan.push.shown);
	return status;
}
