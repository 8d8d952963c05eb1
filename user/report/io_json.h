/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads and writes: their names in JSON, and from there. */
#ifndef BPFPROF_IO_JSON_H
#define BPFPROF_IO_JSON_H

#include <jansson.h>

#include "model/profile.h"

/* The members of struct prof_io, in its order, by the names that they have in JSON: file_reads,
 * file_read_bytes, file_writes, file_written_bytes, ... failed. */
extern const char *const io_json_names[PROF_IO_FIGURES];

/* Fills in *io; NULL: there was none. 0, or -1 where it is not as it should be. */
int io_json__load(struct prof_io *io, const json_t *from);

#endif
