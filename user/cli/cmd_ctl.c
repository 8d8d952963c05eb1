/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writes the control objects of a process: its blocks, on and off. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/opts.h"
#include "blocks/markers.h"
#include "process/procmem.h"
#include "process/state.h"

struct order {
	bool (*carry_out)(int mem, uint64_t control, const struct order *order);
	uint32_t track;
	bool off;
};

static bool switch_all(int mem, uint64_t control, const struct order *order)
{
	return control__set_off(mem, control, order->off);
}

static bool switch_track(int mem, uint64_t control, const struct order *order)
{
	return control__set_track_off(mem, control, order->track, order->off);
}

static bool clear(int mem, uint64_t control, const struct order *order)
{
	(void)order;
	return control__clear(mem, control);
}

static const struct word {
	const char *verb, *value; /* value: of "track N" */
	struct order order;
} words[] = {
	{"stop", NULL, {switch_all, 0, true}},	   {"start", NULL, {switch_all, 0, false}},
	{"clear", NULL, {clear, 0, false}},	   {"track", "on", {switch_track, 0, false}},
	{"track", "off", {switch_track, 0, true}},
};

/* The order that the arguments give; carry_out is NULL where they give none. */
static struct order order_of(const struct opts *o)
{
	struct order none = {0};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct order order = words[i].order;
		unsigned long track = 0;
		char *end = "";

		if (o->nargs != (words[i].value ? 3 : 1) || strcmp(o->args[0], words[i].verb) ||
		    (words[i].value && strcmp(o->args[2], words[i].value)))
			continue;
		if (words[i].value)
			track = strtoul(o->args[1], &end, 10);
		order.track = (uint32_t)track;
		if (*end || (words[i].value && (*o->args[1] < '0' || *o->args[1] > '9')) ||
		    track >= ACC_TRACKS)
			return none;
		return order;
	}
	return none;
}

/* How many control objects it was carried out on. */
static unsigned int carry_out(const struct markers *files, int mem, const struct order *order)
{
	unsigned int done = 0;

	for (size_t i = 0; i < files->n; i++)
		done += order->carry_out(mem, files->v[i].control, order);
	return done;
}

static bool is_thread(unsigned int pid)
{
	struct process_state s;

	return !process_state__read(&s, (pid_t)pid) && s.tgid != (pid_t)pid;
}

int cmd_ctl(struct opts *o)
{
	struct order order = order_of(o);
	struct markers files = {0};
	unsigned int done = 0;
	char *why = NULL;
	int mem, error;

	if (!o->pid || !order.carry_out) {
		err("ctl: give -p PID and one of stop, start, clear, track N on, track N off (N "
		    "below 1024); see 'bpfprof ctl --help'");
		return STATUS_USAGE;
	}
	mem = procmem__open(o->pid);
	error = mem < 0 ? mem : is_thread(o->pid) ? -ESRCH : markers__look(&files, o->pid);
	if (mem >= 0) {
		done = carry_out(&files, mem, &order);
		close(mem);
	}
	markers__free(&files);
	if (error < 0)
		why = process__why_not(o->pid, "not to be looked into");
	if (error < 0)
		err("cannot look at process %u: %s", o->pid, why);
	else if (!done)
		err("cannot switch blocks of process %u: it has no control object; build it with "
		    "bpfprof.h, or import bpfprof in it",
		    o->pid);
	free(why);
	return done ? STATUS_DONE : STATUS_FAILED;
}
