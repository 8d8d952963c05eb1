/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The processes that are to be profiled again and again, as they come and go. Not thread-safe. */
#ifndef BPFPROF_PICKS_H
#define BPFPROF_PICKS_H

#include "report/report.h"

#include <sys/types.h>

/* Which processes: those for which all that is given holds. */
struct picks_plan {
	const struct restriction *match; /* of the arguments joined by blanks; NULL: any */
	const char *cgroup, *container;	 /* NULL: any */
	uint64_t look_ns;		 /* between two looks */
};

struct pick {
	pid_t pid;
	uint64_t start;	       /* tells it from another of that number */
	uint64_t program;      /* that it runs: another after an exec */
	uint64_t due_ns;       /* monotonic__ns, of its next window, or look at it */
	unsigned int failures; /* in a row */
	pid_t window;	       /* the process that profiles it now; 0: none */
	bool fits;	       /* is to be profiled, as far as it was looked at */
	bool here;	       /* in the look that is under way */
};

struct picks {
	const struct picks_plan *plan;
	struct pick *v;
	size_t n;
};

/* Who is there now: adds those that came, due at once, and leaves out those that went. */
void picks__look(struct picks *picks);

/* The one that has been due longest and fits; looks closer at those that may. NULL: none is due. */
struct pick *picks__due(struct picks *picks, uint64_t now_ns);
/* When the next one is due, by monotonic__ns; UINT64_MAX: none is. */
uint64_t picks__next_ns(const struct picks *picks);

/* The one that the process window profiles now; NULL: none. */
struct pick *picks__by_window(const struct picks *picks, pid_t window);

/* It was not what was wanted: it comes again after twice as long each time, up to 64 times so long.
 */
void pick__put_off(struct pick *pick, uint64_t now_ns, uint64_t by_ns);

void picks__free(struct picks *picks);

#endif
