/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The captures of a run as their files share them. */
#ifndef BPFPROF_MEMBERS_H
#define BPFPROF_MEMBERS_H

#include "backend/captures.h"
#include "backend/uncounted.h"
#include "cpython/interp.h"
#include "process/spawn.h"

struct member {
	struct capture *c;
	struct interp in;
	struct capture_plan plan;
	struct spawn fresh;	 /* of one that is followed, as it begins */
	struct prof_process row; /* in the profile */
	struct profile *before;	 /* what it had counted as the window of all began; NULL: nothing */
	struct profile *last;	 /* and as that ended; NULL: it has not */
};

struct captures {
	const struct capture_plan *plan;
	struct member **v;
	size_t n;
	struct profile *ended; /* of those that were; NULL: there were none */
	uint64_t calls, lost;  /* likewise */
	struct spares spares;
	struct family *family; /* NULL: nobody is followed */
	struct spawn *root;    /* whose end it has to be told */
	int epoll;
	struct prof_target first; /* NULL in backend: there was none */
	struct prof_bias bias;	  /* of the first */
	struct uncounted failed;  /* which run Python */
	struct uncounted unseen;  /* of which not even that is known */
	uint32_t unfollowed;	  /* children of those that were, which nobody has met */
	bool follows;		  /* those that are born are met */
	unsigned int late;	  /* that began as the run ended */
	uint64_t together_ns;	  /* CLOCK_MONOTONIC since when all are; 0: each since its own */
};

/* Begins to count m's process, by its plan; takes m. 0, or -1 after a line of each backend that
 * failed. */
int captures__begin(struct captures *cs, struct member *m, struct spawn *spawn);
/* Ends its capture without a profile, and frees it. */
void member__release(struct member *m);

/* Whether it has ended, though a parent may not have taken notice yet. */
bool member__is_over(const struct member *m);
/* A profile that names the process, for what it has counted. */
struct profile *member__part(const struct member *m);
/* What of p, a reading of m, which it takes, happened in the window of all. */
struct profile *member__in_window(const struct captures *cs, const struct member *m,
				  struct profile *p);
/* The window of all ends: what they count from now on is not told. */
void captures__end_together(struct captures *cs);

/* Ends the capture of a process, if there is one, and keeps what it has counted. */
void captures__drop(struct captures *cs, pid_t pid);
/* Does the same where another program has taken the process's place, and goes on with that one. */
void captures__replace(struct captures *cs, pid_t pid);
/* Lets those that are followed go. */
void captures__stop_following(struct captures *cs);

#endif
