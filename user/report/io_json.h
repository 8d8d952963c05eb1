/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads and writes: their names in JSON, and from there. */
#ifndef BPFPROF_IO_JSON_H
#define BPFPROF_IO_JSON_H

#include <jansson.h>

#include "model/profile.h"

/* The members of struct prof_io, in its order, by the names that they have in JSON: file_reads,
 * file_read_bytes, file_writes, file_written_bytes, ... failed. */
extern const char *const io_json_names[PROF_IO_FIGURES];

/* Sets what a row of p has read and written by own_io and cum_io of its object in JSON; where these
 * are missing, there was none. Returns 0, or -1 where they are not as they should be. */
int io_json__load(struct profile *p, enum prof_rows of, size_t row, const json_t *object);

#endif
