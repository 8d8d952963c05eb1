/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The figures that stand in the page of -o x.html: of functions, pairs and paths. */
#ifndef BPFPROF_HTML_COLUMNS_H
#define BPFPROF_HTML_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

struct html_column {
	const char *name; /* as user/report/html/ knows it */
	size_t at;	  /* 64 bits wide, in struct prof_stat, or of I/O in struct prof_ios */
	bool is_io, of_paths;
};

/* Up to one without a name. */
extern const struct html_column html_columns[];

#endif
