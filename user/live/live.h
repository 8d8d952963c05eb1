/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A measurement under way: keeps it alive, ends it, and has its reports written. Reports are made
 * and written on a thread of their own, for the capture has to be looked after twice a second
 * whatever its readers do: a stub that hears nothing for two seconds takes itself out.
 */
#ifndef BPFPROF_LIVE_LIVE_H
#define BPFPROF_LIVE_LIVE_H

#include "backend/captures.h"
#include "live/writer.h"

struct live_plan {
	double duration; /* seconds; 0: to the end */
	double interval; /* seconds between reports while it runs; 0: only the last one */
	pid_t pid;	 /* of the process, or the first of them */
	char *command;	 /* what was profiled, for the reports; taken */
	struct sink sink;
	int *ended_by; /* set before the last report: the signal that ended it; 0: none */
	bool rotates;  /* each report is of what came since the one before; and a SIGHUP that
			* somebody sends ends nothing, and asks for a report */
};

/* A descriptor of the signals that end a measurement, which from then on kill nobody; and, where
 * processes are followed, of Ctrl-Z. To close. */
int live__signals(bool follows);

/*
 * Measures the processes of cs, which ran before, until they end or are no more what they were,
 * SIGINT, SIGTERM or SIGHUP comes by signals, the time is over, or the sink takes no more; has a
 * report written at SIGUSR1. Then leaves them, and has the last report written. A signal that comes
 * meanwhile gives up on the reader; once a SIGTERM or SIGHUP has ended the measurement, so does a
 * reader's silence of LIVE_PATIENCE_MS. Returns 0, or the sink's -errno.
 */
int live__attached(struct captures *cs, int signals, const struct live_plan *plan);

/* The same of a command that has just been let go: to its end, whenever the measurement ended;
 * signals are passed on to it. */
int live__launched(struct captures *cs, struct spawn *sp, const struct live_plan *plan);

#define LIVE_PATIENCE_MS 5000

#endif
