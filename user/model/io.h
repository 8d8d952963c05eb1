/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a function reads and writes. Part of profile.h. */
#ifndef BPFPROF_MODEL_IO_H
#define BPFPROF_MODEL_IO_H

#include <stdbool.h>
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

/* Whether nothing was read or written. */
bool prof_io__is_none(const struct prof_io *io);
/* Calls of all kinds. */
int64_t prof_io__reads(const struct prof_io *io);
int64_t prof_io__writes(const struct prof_io *io);
/* The bytes read, and written, of all kinds. */
int64_t prof_io__read(const struct prof_io *io);
int64_t prof_io__written(const struct prof_io *io);
/* The sum of these two. */
int64_t prof_io__bytes(const struct prof_io *io);

#endif
