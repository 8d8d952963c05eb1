/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reports: pure functions of a profile. They know no BPF, no /proc and no process; the same
 * profile and options give the same bytes.
 */
#ifndef BPFPROF_REPORT_H
#define BPFPROF_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "model/profile.h"

/* One restriction of the row list, applied in the order given (pstats semantics). */
struct restriction {
	enum { RESTRICT_COUNT, RESTRICT_FRACTION, RESTRICT_REGEX } kind;
	size_t count;
	double fraction;
	const char *regex;
};

struct report_opts {
	const char *const *sort; /* sort keys in full or as unique prefixes, checked */
	size_t nsort;		 /* 0: the order of the report's default key */
	bool reverse;
	const struct restriction *restrictions;
	size_t nrestrictions;
	/* Clocks whose columns stand beside those of the profile's own; they are read from whole,
	 * of the same rows by the wall. */
	const struct prof_clock *const *beside;
	size_t nbeside;
	const struct profile *whole;
	bool hist;    /* tracks: the histogram beside each block */
	bool verbose; /* beneath the table: how it was measured */
	/* The terminal that the rows are to fit on where no restriction is given; lines 0: any
	 * number of rows. */
	struct {
		size_t lines, columns;
	} screen;
};

struct report {
	const char *name;      /* the word after -f */
	const char *extension; /* ".json": picks the format from -o; NULL: none */
	const char *help;      /* half a line */
	bool binary;	       /* not for a terminal */
	bool raw;	       /* wants the times as measured, by the wall */
	/* 0, or -1 with errno when out could not be written. */
	int (*write)(const struct profile *p, const struct report_opts *opts, FILE *out);
};

extern const struct report reports[]; /* ends with a row whose name is NULL */

const struct report *report__by_name(const char *name);	     /* NULL: unknown */
const struct report *report__by_extension(const char *path); /* NULL: none fits */

/* Resolves a sort key as pstats' sort_stats does: full names, aliases, unique prefixes, and the
 * numbers -1, 0, 1, 2. Returns the canonical key, or NULL if unknown or ambiguous. */
const char *sort_key__resolve(const char *word);
/* The accepted keys, comma-separated, for messages and help. */
const char *sort_key__list(void);

/* Parses one restriction ("20", "0.1", or else a regular expression). Never fails: a regular
 * expression that does not compile is reported in the table as pstats does. */
struct restriction restriction__parse(const char *text);

#endif
