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
	const char *regex; /* its text */
	void *compiled;	   /* it itself */
};

struct report_opts {
	const char *const *sort; /* sort keys in full or as unique prefixes, checked */
	size_t nsort;		 /* 0: the order of the report's default key */
	bool reverse;
	const struct restriction *restrictions;
	size_t nrestrictions;
	const struct prof_clock *clock; /* that the times are to be by; NULL: the wall */
	/* Clocks whose columns stand beside those. They, and which rows are estimates, are read
	 * from whole, the same rows by the wall: report__write fills it in. */
	const struct prof_clock *const *beside;
	size_t nbeside;
	const struct profile *whole;
	const struct changes *changes;	/* against a baseline; NULL: there is none */
	const struct profile *baseline; /* its runs added up */
	double baseline_scale; /* what its figures are to be multiplied with: other numbers of runs
				*/
	/* The lines of a function as they are now, by sources, to be freed, or NULL; NULL: no
	 * lines.
	 */
	char *(*source)(void *sources, const struct prof_func *f);
	void *sources;
	bool hist;	    /* tracks: the histogram beside each block */
	bool verbose;	    /* beneath the table: how it was measured */
	unsigned int depth; /* tree: levels that are shown; 0: all */
	double min_percent; /* tree: of all time, what a path takes to be shown */
	/* The terminal that the rows are to fit on where no restriction is given; lines 0: any
	 * number of rows. */
	struct {
		size_t lines, columns;
	} screen;
	bool colours; /* it has them, and they are wanted */
};

/* What a profile must have for a report to be written. */
struct report_need {
	const char *what; /* "the profile has no ..." */
	const char *how;  /* "; measure with --..."; "": there is no such option */
	bool (*is_met)(const struct profile *p); /* NULL: the report itself finds it out */
};

struct report {
	const char *name;		 /* the word after -f */
	const char *extension;		 /* ".json": picks the format from -o; NULL: none */
	const char *help;		 /* half a line */
	const struct report_need *needs; /* NULL: nothing */
	bool binary;			 /* not for a terminal */
	bool raw;			 /* wants the times by the wall, whatever -c says */
	unsigned int carries; /* CARRIES_ bits (carries.h); 0: it is a view, not a file to keep */
	/* report__write's, where what it needs is there. */
	int (*write)(const struct profile *p, const struct report_opts *opts, FILE *out);
};

extern const struct report reports[]; /* ends with a row whose name is NULL */

/* 0, or -1 with errno when out could not be written, or ENODATA: the profile has not what r needs.
 */
int report__write(const struct report *r, const struct profile *p, const struct report_opts *opts,
		  FILE *out);

const struct report *report__by_name(const char *name); /* NULL: unknown */
bool report__needs_paths(const struct report *r);
bool report__needs_coroutines(const struct report *r); /* nothing else will do */
bool report__needs_io(const struct report *r);
/* By the end of a file's name, the longest that fits; NULL: none does. */
const struct report *report__by_extension(const char *path);
/* The names, or the extensions, of all reports as "a, b, c"; to be freed. */
char *report__names(void);
char *report__extensions(void);

/* Resolves a sort key as pstats' sort_stats does: full names, aliases, unique prefixes, and the
 * numbers -1, 0, 1, 2. Returns the canonical key, or NULL if unknown or ambiguous. */
const char *sort_key__resolve(const char *word);
/* The accepted keys, comma-separated, for messages and help. */
const char *sort_key__list(void);

/* Parses one restriction: a count from 1 up ("20"), a fraction between 0 and 1 ("0.1"), or what is
 * no number, a regular expression. False: it is none of them; why then says it in a few words. r
 * keeps text. */
bool restriction__parse(struct restriction *r, const char *text, char why[128]);
/* Whether the regular expression finds something in text. */
bool restriction__finds(const struct restriction *r, const char *text);
/* A regular expression alone. */
bool restriction__regex(struct restriction *r, const char *text, char why[128]);
void restriction__free(struct restriction *r);

#endif
