/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One measurement of one process by one backend. Not thread-safe.
 */
#ifndef BPFPROF_CAPTURE_H
#define BPFPROF_CAPTURE_H

#include <stdbool.h>
#include <sys/types.h>

#include "backend/gil_search.h"
#include "blocks/blocks.h"
#include "probe/session.h"
#include "probe/spares.h"
#include "probe/steps.h"
#include "model/profile.h"

struct blocks;

struct capture {
	const struct backend *backend;
	struct placement at;
	struct blocks *markers; /* NULL: no markers are looked for */
	const struct blocks_opts *blocks;
	struct gil_search gils;
	struct py_names *names; /* of threads; NULL: it runs no Python that can be read */
	uint64_t names_at;	/* ns of CLOCK_MONOTONIC; names are not looked at before */
	uint64_t newcomer_at;	/* ns of CLOCK_MONOTONIC; a thread was new then, the last one */
	uint32_t threads;	/* there were when names were last looked at */
	struct prof_bias bias;	/* what the backend adds to each call */
	const char *raw;	/* why nothing is taken off times, though it was wanted; or NULL */
	struct spares *spares;	/* of the plan */
	bool wants_builtins;	/* C functions were to be counted */
	bool one_of_many;	/* of a run: what is said of all of them is said once */
};

/* A way to see Python calls. */
struct backend {
	const char *name;
	/* Why it can't be used on this interpreter, and what to do, as one text to be freed; NULL:
	 * it can. */
	char *(*refusal)(const struct interp *in);
	const char *reason;	     /* why it was chosen */
	unsigned int calibrate;	     /* calls in a loop that takes some milliseconds under it */
	const char *const *programs; /* of BPF, ends with NULL; NULL: none but those of all */
	bool inlined;		     /* the process accounts itself, in ticks */
	const char *builtins;	     /* what its constants are kept as where C functions are counted
					too; NULL: it cannot */
	/* What else this interpreter's session needs; 0, or -1 after one line. */
	int (*set_up)(const struct interp *in, struct session_setup *setup);
	struct backend_steps steps;
	/* Remarks for the reports; NULL: none. */
	void (*note)(const struct placement *at, struct profile *p);
};

extern const struct backend *const backends[]; /* in the order of "auto"; ends with NULL */

/* What its constants are kept as, where C functions are counted too (if it can) or are not. */
const char *backend__kept_as(const struct backend *b, bool builtins);
/* "auto" or the name of one. */
bool backend__is_name(const char *name);

#define CAPTURE_BEAT_MS 500
#define CAPTURE_LOOK_MS 2
#define CAPTURE_NAME_MS 20

/* How to begin. */
struct capture_plan {
	const char *backend; /* its name; "auto" takes the next one where one fails */
	struct session_limits limits;
	struct blocks_opts blocks;
	bool calibrate;		      /* find out first what the backend adds to each call */
	bool builtins;		      /* C functions are to be counted too */
	bool all_callables;	      /* and whatever else is called and not Python's */
	bool needs_builtins;	      /* or else it fails */
	bool one_of_many;	      /* processes of the run */
	const struct prof_bias *bias; /* what that is where none is kept; NULL: not known yet */
	struct spares *spares;	      /* where its session comes from, and goes; NULL: nowhere */
	struct holder holder;	      /* who traces the process; none: nobody does */
};

/* Says why C functions are not counted. 0; -1 where they are needed. */
int builtins__cannot(bool needed, const char *why);

/* A capture that only measures itself: the session is open, nothing is placed. NULL after one line.
 */
struct capture *capture__open(const char *backend, const struct interp *in,
			      const struct session_limits *limits);

/* Begins to count. spawn: the program held at its start, or NULL. NULL after a line of each backend
 * that failed. */
struct capture *capture__begin(const struct capture_plan *plan, const struct interp *in,
			       struct spawn *spawn);
/* Readable when a beat is due at once; -1: never. */
int capture__fd(const struct capture *c);
/* To be called every CAPTURE_BEAT_MS. False: the process is no more what it was. */
bool capture__beat(struct capture *c);
/* How soon capture__look is to be called: every CAPTURE_LOOK_MS while the process starts, and has
 * no GIL yet; every CAPTURE_NAME_MS where only Python knows the names of threads, which may end
 * soon. */
int capture__look_ms(const struct capture *c);

/* Looks for Python's names of threads that have come meanwhile: they may be gone by the next beat.
 */
void capture__name_newcomers(struct capture *c);
/* Python's names of its threads, in place of the kernel's. */
void capture__name_threads(const struct py_names *names, struct profile *p);
/* The part of a beat that is urgent while it starts, and cheap. False: as for a beat. */
bool capture__look(struct capture *c);
/* Adds what was counted so far to p, and goes on; the process does not notice. */
void capture__snapshot(struct capture *c, struct profile *p);
/* Ends counting and adds what was counted to p. 0; -1 after one line: the process is none that can
 * be counted, or not its C functions though they are needed, as its first call has shown. */
int capture__end(struct capture *c, struct profile *p);
/* Nobody traces the process any more. */
void capture__unhold(struct capture *c);
/* Gives tracks the names that the user gave. */
void capture__name_tracks(const struct blocks_opts *blocks, struct profile *p);
/* Notes of the patterns that no called function has: what they were meant for is missing. */
void capture__note_patterns(const struct blocks_opts *blocks, struct profile *p);
/* A note of children that are not followed, if there are any, and why, after a blank, or "". */
void capture__note_children(uint32_t n, const char *why, struct profile *p);
void capture__free(struct capture *c); /* accepts NULL */

extern const struct backend backend_usdt, backend_eval, backend_inline, backend_markers;

#endif
