/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The rows of report "json", field by field: described once, taken as a tree, as a line of a table,
 * or written at once, which a stream of thousands of rows a second needs.
 */
#ifndef BPFPROF_FIELDS_H
#define BPFPROF_FIELDS_H

#include <jansson.h>
#include <stdio.h>

#include "model/profile.h"
#include "report/io_json.h"

/* Figures beneath one name: those that are not 0, each called names[i] and then suffix. */
struct fields_group {
	const char *const *names, *suffix;
	const int64_t *values;
	size_t n;
};

#define FIELDS_REASONS(away)                                                                       \
	((struct fields_group){prof_reason_names, "_ns", (away)->reason_ns, PROF_REASONS})
#define FIELDS_IO(io)                                                                              \
	((struct fields_group){io_json_names, "", &PROF_IO_FIGURE(io, 0), PROF_IO_FIGURES})

/* Who takes the fields of a row, in their order. Names need no escapes. */
struct fields {
	void (*number)(void *to, const char *name, int64_t value);
	/* Left out where it is 0, but by who has a place for each. */
	void (*rare)(void *to, const char *name, int64_t value);
	void (*boolean)(void *to, const char *name, bool value);
	void (*text)(void *to, const char *name, const char *value); /* valid UTF-8; NULL: null */
	void (*group)(void *to, const char *name, const struct fields_group *g);
};

int64_t fields__raw_ns(int64_t ns, int64_t taken_off); /* as it was measured */

/* Tells the fields of row i. of: as profile__biases says it. */
typedef void fields__row(const struct profile *p, const struct prof_bias *of, size_t i,
			 const struct fields *f, void *to);
fields__row fields__function, fields__edge, fields__path;
fields__row fields__run; /* what the whole run came to (run.h); i: any */

/* The group, and the row, as an object, owned by the caller. */
json_t *fields__group(const struct fields_group *g);
json_t *fields__tree(fields__row *row, const struct profile *p, const struct prof_bias *of,
		     size_t i);

/* The same in compact form, without a line's end. Errors stay in out. */
void fields__write(fields__row *row, const struct profile *p, const struct prof_bias *of, size_t i,
		   FILE *out);

#endif
