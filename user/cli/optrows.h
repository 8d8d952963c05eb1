/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The option table: the parser, --help and the man page read the same rows. */
#ifndef BPFPROF_OPTROWS_H
#define BPFPROF_OPTROWS_H

#include "cli/opts.h"

struct option_row {
	unsigned int commands; /* CMD_ bits */
	int shorthand;	       /* 0: none */
	const char *name;
	const char
		*arg; /* NULL: takes none; in brackets, with the '=' before it: may be left out */
	const char *help;
	int (*parse)(struct opts *o, const struct option_row *row, const char *value);
	size_t field;	   /* offset in struct opts */
	const char *fixed; /* the value of an option that is short for another */
	unsigned int most; /* of a number; 0: 2^30 */
};

/* What --backend takes, in words. */
#define BACKEND_NAMES "auto, inline, eval, usdt or markers"

/* One line: the value is not what is wanted. */
int option__bad(const struct opts *o, const struct option_row *row, const char *value,
		const char *want);

/* What reads a value into o: 0, or -1 after one line. value is NULL where the option takes none. */
int option__flag(struct opts *o, const struct option_row *row, const char *value);
int option__string(struct opts *o, const struct option_row *row, const char *value);
int option__group(struct opts *o, const struct option_row *row, const char *value);
int option__format(struct opts *o, const struct option_row *row, const char *value);
int option__uint(struct opts *o, const struct option_row *row, const char *value);
int option__pid(struct opts *o, const struct option_row *row, const char *value);
int option__seconds(struct opts *o, const struct option_row *row, const char *value);
int option__percent(struct opts *o, const struct option_row *row, const char *value);
int option__sort(struct opts *o, const struct option_row *row, const char *value);
int option__clock(struct opts *o, const struct option_row *row, const char *value);
int option__bias(struct opts *o, const struct option_row *row, const char *value);
int option__limit(struct opts *o, const struct option_row *row, const char *value);
int option__output(struct opts *o, const struct option_row *row, const char *value);
int option__only(struct opts *o, const struct option_row *row, const char *value);
int option__except(struct opts *o, const struct option_row *row, const char *value);
int option__baseline(struct opts *o, const struct option_row *row, const char *value);
int option__fail_if(struct opts *o, const struct option_row *row, const char *value);
/* What --by takes, as "a, b"; to be freed. */
char *option__groups(void);
int option__by(struct opts *o, const struct option_row *row, const char *value);
int option__backend(struct opts *o, const struct option_row *row, const char *value);
int option__no_builtins(struct opts *o, const struct option_row *row, const char *value);
int option__coroutines(struct opts *o, const struct option_row *row, const char *value);
int option__builtins(struct opts *o, const struct option_row *row, const char *value);
int option__match(struct opts *o, const struct option_row *row, const char *value);
int option__header(struct opts *o, const struct option_row *row, const char *value);
int option__label(struct opts *o, const struct option_row *row, const char *value);
int option__track(struct opts *o, const struct option_row *row, const char *value);

/* The name of the option of a command (its CMD_ bit) that is nearest to a word without its dashes,
 * a value behind a = apart; NULL: none is near. */
const char *option__nearest(unsigned int bit, const char *word);

#define OPTION_ROWS 96 /* room for views of the table */

extern const struct option_row option_rows[]; /* ends with a NULL name */

#endif
