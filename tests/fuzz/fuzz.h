/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the fuzz targets share: each is one reader, given any bytes. */
#ifndef BPFPROF_FUZZ_H
#define BPFPROF_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "model/profile.h"

/* Reads the bytes by parse. What cannot be read must be told in one line; what can is written in
 * each format there is, merged with itself, and must be the same when its JSON is read again. */
void fuzz__reader(struct profile *(*parse)(const char *name, const char *bytes, size_t size),
		  const uint8_t *data, size_t size);

#endif
