/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines around a table: above it which of several readings it is, and what was lost, where
 * anything was; beneath it what the times are, and remarks. */
#ifndef BPFPROF_FOOTNOTE_H
#define BPFPROF_FOOTNOTE_H

#include "report/report.h"

void report__head(const struct profile *p, FILE *out);
/* A loss's text as it reads behind the count, of one too; to be freed. */
char *report__loss_words(const struct prof_loss *l);
/* p: with its bias taken off. */
void report__foot(const struct profile *p, const struct report_opts *opts, FILE *out);
/* A line of the calls and the own time that all functions have and the rows (told) have not, as of
 * files that know no threads or paths; none where both are less than a hundredth. */
void report__untold(const struct profile *p, const struct prof_stat *told, const char *row,
		    FILE *out);
/* Of it, how many calls of other functions there are. */
void report__hidden(const struct profile *p, const struct report_opts *opts, FILE *out);
/* The same of a table whose times nothing was taken off. */
void report__remarks(const struct profile *p, const struct report_opts *opts, FILE *out);
/* Of them how threads stood still, idled and waited for the GIL. all: by the wall. */
void report__waits(const struct profile *all, FILE *out);
/* How many lines these are. */
size_t report__lines_around(const struct profile *p, const struct report_opts *opts);

/* Whether more profiling was taken off the row's own time than is left, by a clock that is shown.
 */
bool report__is_estimate(const struct report_opts *opts, uint32_t row);
/* Whether calls are hidden; then all calls of the run, and their own time by the clock of opts. */
bool report__of_all(const struct profile *p, const struct report_opts *opts, uint64_t *ncalls,
		    int64_t *ns);
/* The figures of all functions added up. */
struct prof_stat report__sum(const struct profile *p);
/* By which p's times are; NULL where it names none that is known. */
const struct prof_clock *report__clock(const struct profile *p);

#endif
