/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the fuzz targets share: each is one reader, given any bytes. */
#ifndef BPFPROF_FUZZ_H
#define BPFPROF_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "model/profile.h"

/* Writes a profile in each format there is, merges it with itself, and holds that it is the same
 * when its JSON is read again. */
void fuzz__profile(struct profile *p);

/* The same of what stands in the JSON of a profile that was never read: what does not add up in
 * that is settled as it is read. */
void fuzz__written(const struct profile *p);

/* Reads the bytes by parse. What cannot be read must be told in one line; what can is used so. */
void fuzz__reader(struct profile *(*parse)(const char *name, const char *bytes, size_t size),
		  const uint8_t *data, size_t size);

#endif
