/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Profiles the processes of a machine in turn and pushes what it finds. It is made of processes:
 * the agent, which looks who is there and waits; for each window one that profiles one process and
 * puts the profile into the spool; and the pusher. None of them waits for another, and when one
 * dies the others go on.
 */
#ifndef BPFPROF_AGENT_H
#define BPFPROF_AGENT_H

#include "agent/picks.h"
#include "agent/pusher.h"
#include "live/writer.h"

struct agent_plan {
	struct picks_plan picks;
	struct push_plan push;
	double every, window; /* seconds */
	unsigned int at_once; /* windows */
	const char *service;  /* of all; NULL: each by what it is */
	struct label_set labels;
	const char *spool;
	uint64_t spool_bytes;
	/* Profiles that process for a window, and gives the sink one profile; in a process of its
	 * own. 0, or -1 after one line. */
	int (*profile)(void *arg, pid_t pid, const struct sink *sink);
	/* A copy of a profile as it is to be shown. */
	struct profile *(*shown)(const void *arg, const struct profile *p);
	/* A report of it by the format's name, to be freed; NULL with errno. */
	char *(*render)(const void *arg, const char *format, const struct profile *p, size_t *size);
	void *arg;
};

/* Until SIGINT or SIGTERM. 0, or -1 after one line: it could not begin. */
int agent__run(const struct agent_plan *plan);

#endif
