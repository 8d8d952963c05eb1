/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a function reads and writes. Part of profile.h. */
#ifndef BPFPROF_MODEL_IO_H
#define BPFPROF_MODEL_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum prof_io_kind {
#define ACC_IO(ID, name, what) PROF_IO_##ID,
#include "bpfprof/io.def"
	PROF_IO_KINDS
};

/* By enum prof_io_kind. */
extern const char *const prof_io_names[];

/* By kind; no figure is larger than PROF_NS_MAX. */
struct prof_io {
	int64_t reads[PROF_IO_KINDS]; /* system calls, failed ones too */
	int64_t read_bytes[PROF_IO_KINDS];
	int64_t writes[PROF_IO_KINDS];
	int64_t written_bytes[PROF_IO_KINDS];
	int64_t failed; /* of all calls */
};

/* Its figures as an array. */
#define PROF_IO_FIGURES	     (sizeof(struct prof_io) / sizeof(int64_t))
#define PROF_IO_FIGURE(a, i) (((int64_t *)(a))[i])

/* Of a row; cumulative ones are those of outermost activations, children included. */
struct prof_ios {
	struct prof_io own, cum;
};

struct profile;

/* The rows that have some, a profile's array of them for each. */
enum prof_rows { PROF_FUNCS, PROF_EDGES, PROF_PATHS, PROF_PARTS, PROF_ROWS };

/*
 * They lie beside the rows, not in them, as most profiles have none: a live reading of thousands of
 * functions is copied several times a second. Rows beyond n have nothing.
 */
struct prof_io_rows {
	struct prof_ios *v;
	size_t n;
};

/* Of a row, to be read; all 0 where there is nothing. */
const struct prof_ios *profile__io(const struct profile *p, enum prof_rows of, size_t row);
/* The same to be written, valid until the next call. */
struct prof_ios *profile__make_io(struct profile *p, enum prof_rows of, size_t row);

void prof_ios__add(struct prof_ios *to, const struct prof_ios *from);

/* From a row of another profile: adds its figures to a row; takes them off, down to 0; or raises to
 * them what is less. */
void profile__add_io(struct profile *p, enum prof_rows of, size_t row, const struct profile *from,
		     size_t from_row);
void profile__less_io(struct profile *p, enum prof_rows of, size_t row, const struct profile *from,
		      size_t from_row);
void profile__raise_io(struct profile *p, enum prof_rows of, size_t row, const struct profile *from,
		       size_t from_row);

/* Own ones of all functions together. */
struct prof_io profile__sum_io(const struct profile *p);

/* Whether nothing was read or written. */
bool prof_io__is_none(const struct prof_io *io);
/* Some was read or written since then. */
bool prof_io__went_on(const struct prof_io *now, const struct prof_io *then);
/* Calls of all kinds. */
int64_t prof_io__reads(const struct prof_io *io);
int64_t prof_io__writes(const struct prof_io *io);
/* The bytes read, and written, of all kinds. */
int64_t prof_io__read(const struct prof_io *io);
int64_t prof_io__written(const struct prof_io *io);
/* The sum of these two. */
int64_t prof_io__bytes(const struct prof_io *io);

#endif
