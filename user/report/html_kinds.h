/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the page can choose from. */
#ifndef BPFPROF_HTML_KINDS_H
#define BPFPROF_HTML_KINDS_H

#include <jansson.h>

struct profile;
struct report_opts;

/* The clocks, and how figures by each are made of those in the columns. */
json_t *html_kinds__clocks(const struct profile *p);

/* The kinds of what was read and written; none: that was not counted. */
json_t *html_kinds__io(const struct profile *p);

/* The lines beneath a table that say where its threads waited. */
json_t *html_kinds__remarks(const struct profile *p);

#endif
