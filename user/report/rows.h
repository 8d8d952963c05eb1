/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The writers behind the table of reports. Each writes p to out in its format. It returns 0, or -1
 * with errno: ENODATA says that the profile has nothing which the format could hold. */
#ifndef BPFPROF_ROWS_H
#define BPFPROF_ROWS_H

#include "report/report.h"

int report_pstats(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_callers(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_callees(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_json(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_ndjson(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_table(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_by_file(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_by_package(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_by_thread(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_by_process(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_changes(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_tracks(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_csv(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_tracks_json(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_functions_csv(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_edges_csv(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_functions_ndjson(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_edges_ndjson(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_paths_csv(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_paths_ndjson(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_pprof(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_callgrind(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_openmetrics(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_chrome(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_coroutines(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_io(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_tree(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_folded(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_speedscope(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_firefox(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_html(const struct profile *p, const struct report_opts *opts, FILE *out);
int report_prof(const struct profile *p, const struct report_opts *opts, FILE *out);

#endif
