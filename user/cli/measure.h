/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A measurement as the options want it: of a process that runs, or of a command. */
#ifndef BPFPROF_MEASURE_H
#define BPFPROF_MEASURE_H

#include "cli/opts.h"
#include "live/writer.h"

struct measure {
	struct opts *o;
	struct sink sink;
	double interval; /* seconds between readings; 0: only the last one */
	bool progress;	 /* a line says what goes on, until counting begins; not with -q */
	bool silent;	 /* nothing is said of it while it runs */
	bool screen;	 /* it stands on a terminal, from where other programs are started */
	int ended_by;	 /* filled in before the last reading: a signal that ended it, or 0 */
	void (*begun)(void *arg); /* all is in place, counting begins; or NULL */
	/* At the end, which may be that this process ends as the command did; or NULL. */
	void (*close)(void *arg);
	void *arg;
};

/* Whether the options name either a process or a command; or else one line was said. */
bool measure__is_asked(const struct opts *o);

/* Checks what the kernel and these rights allow, then measures. STATUS_; does not return after a
 * command that ran. */
int measure__run(struct measure *m);

#endif
