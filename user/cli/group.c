/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who is in a group now. */
#include "cli/group.h"

#include "base/log.h"
#include "base/mem.h"
#include "cpython/interp.h"
#include "process/insiders.h"

bool group__is_asked(const struct opts *o)
{
	return o->pid || o->cgroup || o->container;
}

/* 0, or -1 after one line: there is none. unknown: what to say where none is in such a group. */
static int take(struct opts *o, const struct insiders *in, const char *option, const char *name,
		const char *unknown)
{
	bool any = false;

	for (size_t i = 0; i < in->n; i++) {
		bool named = opts__name_pid(o, in->pids[i]);

		if (!named && (o->children || interp__is_in(in->pids[i]))) {
			*ARR_PUSH(o->pids, o->npids) = in->pids[i];
			named = true;
		}
		any |= named;
	}
	if (any)
		return 0;
	if (in->n)
		return err("%s %s: none of its %zu process%s runs Python; with --children those "
			   "that come are counted",
			   option, name, in->n, in->n > 1 ? "es" : "");
	return err("%s %s: %s", option, name, unknown);
}

static int find_cgroup(struct opts *o)
{
	struct insiders in;
	int error;

	insiders__of_cgroup(&in, o->cgroup);
	error = take(o, &in, "--cgroup", o->cgroup,
		     "there is no such group, or no process in it; give a directory below "
		     "/sys/fs/cgroup, or what /proc/PID/cgroup says of a process in it");
	insiders__free(&in);
	return error;
}

static int find_container(struct opts *o)
{
	struct insiders in;
	int error;

	insiders__of_container(&in, o->container);
	if (in.other)
		error = err("--container %s: several go by that: %s, %s; give more of one",
			    o->container, in.is, in.other);
	else
		error = take(o, &in, "--container", o->container,
			     "no process is in a container of that name; give 4 digits of its "
			     "identifier or more, a pod's UID, or the name of its group");
	insiders__free(&in);
	return error;
}

int group__find(struct opts *o)
{
	if ((o->cgroup && find_cgroup(o)) || (o->container && find_container(o)))
		return -1;
	o->in_group = o->cgroup || o->container;
	if (o->npids)
		o->pid = o->pids[0];
	return 0;
}
