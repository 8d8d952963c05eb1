/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which functions are shown. */
#ifndef BPFPROF_FILTER_H
#define BPFPROF_FILTER_H

#include "report/report.h"

struct filter {
	const struct restriction *only, *except; /* regular expressions */
	size_t nonly, nexcept;
	bool no_builtins; /* no C functions */
	bool mine;	  /* the program's own code, its blocks, and what of C it calls itself */
	bool fold;	  /* the time of the others goes to their callers */
};

/* A copy of p with the functions that one of only finds, if there are any, and none of except does,
 * in "file:line(name)" or the qualified name. NULL: that is all of p. */
struct profile *profile__filtered(const struct profile *p, const struct filter *f);

/* A copy of p as if C functions had not been counted. */
struct profile *profile__without_c(const struct profile *p);

#endif
