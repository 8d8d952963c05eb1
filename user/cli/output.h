/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a report goes. A profile that was measured is never lost: where the chosen place can't
 * take it, it is stored elsewhere and the user told where. */
#ifndef BPFPROF_OUTPUT_H
#define BPFPROF_OUTPUT_H

#include "cli/dest.h"
#include "cli/opts.h"
#include "cli/streamed.h"

/* Of a target of the options. */
struct output_to {
	struct dest dest;
	struct streamed stream;
	bool gone;    /* its reader */
	bool stuck;   /* it could not take what happened so far, which was said */
	bool written; /* it has a reading of this run */
};

struct output {
	const struct opts *o;
	struct output_to *to; /* of each of the targets of o */
	size_t nto;	      /* of them, those that are open */
	const int *ended_by;  /* a signal, before the last reading comes; NULL: nobody asks */
	bool told;	      /* what the formats leave out */
	bool redraw;	      /* each report in the place of the one before, on the terminal */
	bool begun;	      /* one was written */
};

/* Checks, before anything is measured, that the output can be written. 0 or -1 after err(); to be
 * closed in any case. */
int output__open(struct output *out, const struct opts *o);
void output__close(struct output *out);

/* A copy of p as it is to be shown: corrected, and without the functions that are not wanted. opts:
 * a struct opts, as the plans of top, serve and the agent have it. */
struct profile *output__shown(const void *opts, const struct profile *p);

/* The same of what is to be read again. */
struct profile *output__stored(const void *opts, const struct profile *p);
/* And without its paths, by which times are corrected. */
struct profile *output__streamed(const void *opts, const struct profile *p);

/* A report of p, by its format's name, as a file of it would hold it; to be freed. NULL with errno,
 * as report->write has it (report/report.h). */
char *output__render(const void *opts, const char *format, const struct profile *p, size_t *size);

/* Whether a report goes to a terminal. */
bool output__is_terminal(const struct output *out);

/* Stores what was measured where it is not lost, and says where. 0 or -1 after err(). */
int output__rescue(const struct opts *o, const struct profile *measured);

/* Writes the reports of p, which is stored elsewhere too. 0 or -1 after err(). */
int output__write(struct output *out, const struct profile *p);

/* The same of a measurement, as a sink has it (live/writer.h); arg: struct output. A reader that is
 * gone is said where others go on: it is done with where there are none. */
int output__sink(void *arg, const struct profile *p, bool last, int stop_fd);

#endif
